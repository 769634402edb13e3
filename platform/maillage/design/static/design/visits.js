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

  // A keyboard is there: it may begin at once. A phone keeps the top of the page.
  if (window.matchMedia("(hover: hover)").matches && !document.querySelector("[data-focus]") && !location.hash) {
    first("theme").focus({ preventScroll: true });
  }

  // A digit chooses and goes on: theme, outcome, then Enter saves. Arrows choose and stay.
  document.addEventListener("keydown", function (event) { byKey = /^[1-9]$/.test(event.key); }, true);
  document.addEventListener("pointerdown", function () { byKey = false; }, true);
  form.addEventListener("change", function (event) {
    var echo = event.target.id && form.querySelector("[data-echo='" + event.target.id + "']");
    if (echo) echo.textContent = event.target.selectedOptions[0].value ? event.target.selectedOptions[0].text : "";
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
