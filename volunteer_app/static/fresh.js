/* A part of a page that is asked for again and again: the code for checking in. What is too old to be used is hidden. */
(function () {
  "use strict";

  var EVERY = 15000;
  var USABLE = 60000;
  var part = document.querySelector("[data-fresh]");
  var stale = document.getElementById("stale");
  if (!part || !window.fetch) return;
  var last = performance.now();

  function show(usable) {
    part.hidden = !usable;
    stale.hidden = usable;
  }

  function ask() {
    fetch(part.getAttribute("data-fresh"), { credentials: "same-origin", redirect: "error" })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.text();
      })
      .then(function (text) {
        part.innerHTML = text;
        last = performance.now();
        show(true);
      })
      .catch(function () {
        if (performance.now() - last > USABLE) show(false);
      });
  }

  window.setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) ask();
  });
})();
