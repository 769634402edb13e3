/* The quick lock: by the keyboard, by itself after minutes without anybody, and in every window at once.
   Without this file the button still locks, and the server locks a shared PC at the next page. */
(function () {
  "use strict";

  var form = document.querySelector("form[data-lock]");
  var channel = window.BroadcastChannel ? new BroadcastChannel("maillage-lock") : null;
  var after = form ? Number(form.dataset.lock) * 60000 : 0;
  var last = Date.now(), told = last, locking = false;

  function hide() { document.documentElement.hidden = true; }

  // A page that comes back from the history as it was: ask the server again before it is seen.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) { hide(); window.location.reload(); }
  });
  if (!form) {
    // The page that unlocks, or signs in: other windows that still show something must go too.
    if (channel && document.querySelector("[data-locked]")) channel.postMessage("locked");
    return;
  }
  if (channel) {
    channel.addEventListener("message", function (event) {
      // What is being typed here goes along, as in the window that locked.
      if (event.data === "locked") { hide(); if (form.dataset.draft) lock(); else window.location.reload(); }
      if (event.data === "active") last = Date.now();
    });
  }

  function lock() {
    if (locking) return;
    locking = true;
    hide();
    if (form.requestSubmit) form.requestSubmit(); else form.submit();
  }

  document.addEventListener("keydown", function (event) {
    if (event.getModifierState("AltGraph")) return;  // a letter of its own on many keyboards
    if (event.ctrlKey && event.altKey && event.key.toLowerCase() === "l") { event.preventDefault(); lock(); }
  });
  if (!after) return;

  function active() {
    var now = Date.now();
    if (now - last > after) return lock();  // the PC slept: whoever wakes it may be somebody else
    last = now;
    if (now - told < 60000) return;
    told = now;
    if (channel) channel.postMessage("active");
    window.fetch(form.dataset.here, { method: "POST", body: new FormData(form) });
  }
  ["keydown", "pointerdown", "pointermove", "scroll"].forEach(function (name) {
    document.addEventListener(name, active, { passive: true });
  });
  window.setInterval(function () { if (Date.now() - last > after) lock(); }, 5000);
})();
