/* A little help where scripts run; every page is whole without it. */
(function () {
  "use strict";

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-print], [data-copy]") : null;
    if (!button) return;
    if (button.hasAttribute("data-print")) {
      window.print();
      return;
    }
    var field = document.getElementById(button.getAttribute("data-copy"));
    field.focus();
    field.select();
    var said = function () {
      button.textContent = button.getAttribute("data-copied");
    };
    if (navigator.clipboard) navigator.clipboard.writeText(field.value).then(said);
    else if (document.execCommand("copy")) said();
  });

  /* A second tap on the same button must not send a form twice. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sent")) {
      event.preventDefault();
      return;
    }
    form.setAttribute("data-sent", "");
  });
  window.addEventListener("pageshow", function () {
    Array.prototype.forEach.call(document.querySelectorAll("form[data-sent]"), function (form) {
      form.removeAttribute("data-sent");
    });
  });

  /* What must be put right is where the keyboard goes. */
  var wrong = document.getElementById("wrong");
  if (wrong) wrong.focus();
})();
