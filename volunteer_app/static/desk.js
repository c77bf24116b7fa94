/* Planning desk: where there is a mouse, an activity is dragged to another day of its row. The page that moves it then
   asks with that day filled in, as it does after its link: so nothing moves by a slip of the hand. */
(function () {
  "use strict";

  var dragged = null;
  var days = document.querySelectorAll(".desk thead [data-day]");

  function link(cell) {
    return cell.querySelector("a[data-move]");
  }

  function dayUnder(event) {
    var box = event.target.closest ? event.target.closest(".desk td") : null;
    var fits = dragged && box && box.parentNode === dragged.closest("tr") && box !== dragged.closest("td");
    return fits ? box : null;
  }

  function mark(box) {
    Array.prototype.forEach.call(document.querySelectorAll(".desk td.over"), function (it) {
      it.classList.remove("over");
    });
    if (box) box.classList.add("over");
  }

  Array.prototype.forEach.call(document.querySelectorAll(".desk .cell"), function (cell) {
    if (link(cell)) cell.draggable = true;
  });
  document.addEventListener("dragstart", function (event) {
    var cell = event.target.closest ? event.target.closest(".desk .cell") : null;
    dragged = cell && link(cell) ? cell : null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", link(dragged).href);
  });
  document.addEventListener("dragover", function (event) {
    var box = dayUnder(event);
    mark(box);
    if (box) event.preventDefault();
  });
  document.addEventListener("drop", function (event) {
    var box = dayUnder(event);
    if (!box) return;
    event.preventDefault();
    /* The first column names the team. */
    var day = days[box.cellIndex - 1].getAttribute("data-day");
    window.location.assign(link(dragged).href + "&day=" + day);
  });
  document.addEventListener("dragend", function () {
    mark(null);
    dragged = null;
  });
})();
