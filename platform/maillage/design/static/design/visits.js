/* The counter's comfort: digits, no scrolling, clocks that run, a desk that answers in place. Pages work without it. */
(function () {
  "use strict";
  var print = document.querySelector("[data-print]");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", function () { window.print(); });
  }
  var form = document.querySelector("[data-visit]");
  if (!form) return;
  var calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  var byKey = false, byHand = false;
  var themes = form.querySelectorAll("input[name=theme]");
  var group = form.querySelector(".m-tiles");
  // The server's clock: that of an old PC may be wrong.
  var ahead = form.dataset.now - Date.now() / 1000;
  function now() { return Date.now() / 1000 + ahead; }

  function first(name) {
    return form.querySelector("input[name=" + name + "]:checked") || form.querySelector("input[name=" + name + "]");
  }
  function typing(target) {
    return target.matches("select, textarea, input:not([type=radio]):not([type=checkbox])");
  }
  function toThemes() {
    group.tabIndex = -1;
    group.focus({ preventScroll: true });
  }

  function toDigits() {
    if (form.querySelector("input[name=theme]:checked")) first("outcome").focus({ preventScroll: true });
    else toThemes();
  }

  // Where there is a keyboard, digits work at once: the group has the focus, and no tile looks chosen.
  if (window.matchMedia("(hover: hover)").matches && !document.querySelector("[data-focus]") && !location.hash) {
    toDigits();
  }

  // The themes are one stop for the Tab key, and arrows go through them, as in a list of which one chooses one.
  function stop(at) { themes.forEach(function (one) { one.tabIndex = one === at ? 0 : -1; }); }
  stop(first("theme"));
  form.querySelector(".v-skip").hidden = true;
  group.addEventListener("focusin", function (event) { if (event.target.name === "theme") stop(event.target); });
  group.addEventListener("keydown", function (event) {
    var step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    var at = Array.prototype.indexOf.call(themes, event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    themes[(at + step + themes.length) % themes.length].focus();
  });

  function words(field) {
    if (field.selectedOptions) return field.value ? field.selectedOptions[0].text : "";
    return field.valueAsDate ? field.valueAsDate.toLocaleDateString(document.documentElement.lang, { timeZone: "UTC" }) : "";
  }

  // A digit chooses and goes on: theme, outcome, then Enter saves. + goes back for another theme, a letter is an
  // obstacle. Arrows choose and stay.
  document.addEventListener("keydown", function (event) {
    byKey = /^[1-9]$/.test(event.key);
    byHand = false;
    if (event.ctrlKey || event.altKey || event.metaKey || !form.contains(event.target) || typing(event.target)) return;
    if (event.key === "+") {
      event.preventDefault();
      toThemes();
    }
    var chip = /^[a-f]$/i.test(event.key) && form.querySelector(".v-obstacles [data-key=" + event.key.toLowerCase() + "]");
    if (chip) {
      event.preventDefault();
      chip.click();
    }
  }, true);
  document.addEventListener("pointerdown", function () { byKey = false; byHand = true; }, true);
  form.addEventListener("change", function (event) {
    var echo = event.target.id && form.querySelector("[data-echo='" + event.target.id + "']");
    if (echo) echo.textContent = words(event.target);
    if (event.target.name === "theme" && byKey && event.target.checked) first("outcome").focus({ preventScroll: true });
    if (event.target.name === "outcome" && byKey) event.target.focus({ preventScroll: true });
    // The first theme brings the outcomes into sight. Whoever goes back for a second one is left where they are.
    if (event.target.name === "theme" && form.querySelectorAll("input[name=theme]:checked").length === 1 &&
        event.target.checked && !form.querySelector("input[name=outcome]:checked")) {
      // In one column the obstacles too, above the button that stays at the bottom.
      var next = form.querySelector(".v-how"), last = next, room = window.innerHeight;
      if (window.matchMedia("(max-width: 61.99em)").matches) {
        last = form.querySelector(".v-obstacles") || next;
        room -= form.querySelector(".v-save").offsetHeight;
      }
      if (last.getBoundingClientRect().bottom > room) {
        next.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
      }
    }
    byKey = false;
  });

  // --- clocks ---
  var minutes = form.querySelector("[name=minutes]");
  var shown = minutes.value;
  function said(passed) {
    var hours = Math.floor(passed / 60), rest = passed % 60;
    if (!hours) return rest + "\u00a0min";
    return hours + "\u00a0h" + (rest ? "\u00a0" + (rest < 10 ? "0" : "") + rest : "");
  }
  function passed(since) { return Math.max(0, Math.floor((now() - since) / 60)); }
  function propose(value) {
    if (minutes.value === shown) minutes.value = value;
    shown = value;
  }
  function tick() {
    document.querySelectorAll("[data-since]").forEach(function (one) { one.textContent = said(passed(one.dataset.since)); });
    var work = document.querySelector("[data-work-since]");
    if (!work) return;
    work.value = String(Math.min(1440, Math.max(1, passed(work.dataset.workSince))));
    propose(work.value);
  }
  tick();
  window.setInterval(tick, 10000);

  // --- the desk: its buttons change it in place, one after the other, and what is chosen below stays chosen ---
  var before = Promise.resolve();
  document.addEventListener("submit", function (event) {
    var asked = event.target, button = event.submitter;
    if (!asked.hasAttribute("data-desk") || !button || !window.fetch) return;
    event.preventDefault();
    var body = new FormData(asked);
    if (button.name) body.append(button.name, button.value);
    before = before.then(function () {
      return fetch(asked.action, { method: "POST", body: body, headers: { "X-Panel": "1" } });
    }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error();
      return answer.text();
    }).then(function (html) {
      document.getElementById("desk").outerHTML = html;
      var desk = document.getElementById("desk"), told = desk.querySelector("[role=alert], [data-said]");
      var same = button.value && desk.querySelector("button[value^='" + button.value.split(":")[0] + "']");
      // Whoever clicked goes on by digits, and their Enter is no second person turned away.
      if (byHand) toDigits();
      else (same || desk.querySelector("button")).focus({ preventScroll: true });
      document.getElementById("desk-said").textContent = told ? told.textContent : "";
      if (!document.querySelector("[data-work-since]")) propose(form.dataset.usual || shown);
      tick();
    }).catch(function () {
      // The line is down, or one has to sign in again: as a page. The key makes it once.
      if (button.name) {
        var field = document.createElement("input");
        field.type = "hidden";
        field.name = button.name;
        field.value = button.value;
        asked.append(field);
      }
      if (!asked.isConnected) document.body.append(asked);
      HTMLFormElement.prototype.submit.call(asked);
    });
  });

  // --- what a colleague does elsewhere: looked at every 20 seconds, while somebody can see it ---
  var seen = null;
  function look() {
    var desk = document.getElementById("desk");
    if (!desk || document.hidden) return;
    before = before.then(function () {
      return fetch(desk.dataset.now, { cache: "no-store", headers: seen ? { "X-Quiet": "1", "If-None-Match": seen } : { "X-Quiet": "1" } });
    }).then(function (answer) {
      if (answer.redirected && !form.querySelector("input[type=checkbox]:checked")) location.reload();
      if (answer.status !== 200 || answer.redirected || !desk.isConnected) return;
      return answer.text().then(function (html) {
        var made = document.createElement("template"), tally = document.getElementById("tally");
        var at = desk.contains(document.activeElement) && document.activeElement, queue = desk.querySelector("details[open]");
        seen = answer.headers.get("ETag");
        made.innerHTML = html;
        if (tally) tally.innerHTML = made.content.getElementById("tally-now").innerHTML;
        desk.replaceWith(made.content.getElementById("desk"));
        desk = document.getElementById("desk");
        if (queue && desk.querySelector("details")) desk.querySelector("details").open = true;
        var same = at && (at.value ? desk.querySelector("button[value='" + at.value + "']") : desk.querySelector(at.localName));
        if (at) (same || desk.querySelector("button")).focus({ preventScroll: true });
        if (!document.querySelector("[data-work-since]")) propose(form.dataset.usual || shown);
        tick();
      });
    }).catch(function () {});
  }
  window.setInterval(look, Number(form.dataset.look || 20) * 1000);
  document.addEventListener("visibilitychange", look);

  // Back in history: a page that has saved its visit is asked for again. So is one that was left open overnight.
  window.addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", function () {
    var day = new Date(now() * 1000).toLocaleDateString("sv");
    if (!document.hidden && day > form.dataset.today && !form.querySelector("input[type=checkbox]:checked")) location.reload();
  });
})();
