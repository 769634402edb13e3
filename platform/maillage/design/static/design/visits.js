/* The counter's comfort: digits, no scrolling, a summary that stays true. The page works without this file. */
(function () {
  "use strict";
  var form = document.querySelector("[data-visit]");
  if (!form) return;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var byKey = false;

  function first(name) {
    return form.querySelector("input[name=" + name + "]:checked") || form.querySelector("input[name=" + name + "]");
  }

  // Where there is a keyboard, digits work at once: the group has the focus, and no tile looks chosen.
  if (window.matchMedia("(hover: hover)").matches && !document.querySelector("[data-focus]") && !location.hash) {
    var tiles = form.querySelector(".m-tiles");
    tiles.tabIndex = -1;
    tiles.focus({ preventScroll: true });
  }

  function words(field) {
    if (field.selectedOptions) return field.value ? field.selectedOptions[0].text : "";
    return field.valueAsDate ? field.valueAsDate.toLocaleDateString(document.documentElement.lang, { timeZone: "UTC" }) : "";
  }

  // A digit chooses and goes on: theme, outcome, then Enter saves. Arrows choose and stay.
  document.addEventListener("keydown", function (event) { byKey = /^[1-9]$/.test(event.key); }, true);
  document.addEventListener("pointerdown", function () { byKey = false; }, true);
  form.addEventListener("change", function (event) {
    var echo = event.target.id && form.querySelector("[data-echo='" + event.target.id + "']");
    if (echo) echo.textContent = words(event.target);
    if (event.target.name === "theme" && byKey) first("outcome").focus({ preventScroll: true });
    if (event.target.name === "outcome" && byKey) event.target.focus({ preventScroll: true });
    if (event.target.name === "theme" && !form.querySelector("input[name=outcome]:checked")) {
      var next = form.querySelector(".v-how");
      if (next.getBoundingClientRect().bottom > window.innerHeight) {
        next.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
      }
    }
    byKey = false;
  });

  // Back in history: a page that has saved its visit is asked for again.
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
})();
