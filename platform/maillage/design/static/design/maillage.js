/* Comfort only: every page works without this file. */
(function () {
  "use strict";

  // After a form with errors, start at the list of what to correct.
  var summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  // An open menu closes with Escape, or when one looks elsewhere.
  function closeMenus(except) {
    document.querySelectorAll("details.m-menu[open]").forEach(function (menu) {
      if (!except || !menu.contains(except)) menu.open = false;
    });
  }
  document.addEventListener("click", function (event) { closeMenus(event.target); });

  // Digits and letters press the tile that shows them, while one of its neighbours has the focus (WCAG 2.1.4).
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      var menu = document.querySelector("details.m-menu[open]");
      closeMenus();
      if (menu) menu.querySelector("summary").focus();
      return;
    }
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    var tiles = event.target.closest(".m-tiles");
    if (!tiles) return;
    tiles.querySelectorAll("[data-key]").forEach(function (tile) {
      if (!event.defaultPrevented && tile.dataset.key === event.key.toLowerCase()) {
        event.preventDefault();
        tile.click();
      }
    });
  });

  // A second click on a button while the first is on its way changes nothing.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-many")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 5000);
  });
  // Back in history shows the page as it was: the form may be sent again.
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
