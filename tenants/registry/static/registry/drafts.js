/* What was being typed when the page locks goes along with the lock, and comes back into its form afterwards.
   Without this file a form is kept when it is sent, and not before. */
(function () {
  "use strict";

  var lock = document.querySelector("form[data-lock]");
  if (!lock || !window.URLSearchParams || !window.fetch) return;
  var typed = null;

  function path(address) {
    var url = new URL(address, window.location.href);
    return url.origin === window.location.origin ? url.pathname + url.search : "";
  }
  function target(form) { return path(form.getAttribute("action") || window.location.href); }
  function add(form, name, value) {
    var input = document.createElement("input");
    input.type = "hidden"; input.name = name; input.value = value;
    form.appendChild(input);
  }

  // Which form somebody is at, and what it says when the lock leaves.
  function note(event) {
    var form = event.target.form;
    if (!form || form === lock || form.method !== "post" || event.target.type === "password") return;
    typed = form;
    lock.dataset.draft = "1";
  }
  document.addEventListener("input", note);
  document.addEventListener("change", note);
  document.addEventListener("submit", function (event) {
    if (event.target === typed) { typed = null; delete lock.dataset.draft; }
    if (event.target !== lock || !typed || !document.contains(typed)) return;
    var words = new URLSearchParams(), files = "";
    new FormData(typed).forEach(function (value, name) {
      if (typeof value === "string") words.append(name, value);
      else if (value.name) files = "1";
    });
    add(lock, "draft", words.toString());
    add(lock, "draft_for", target(typed));
    add(lock, "draft_page", path(window.location.href));
    add(lock, "draft_files", files);
  });

  // Back in its form: the address ends in #kept-12.
  function fill(form, said) {
    var left = {};
    said.fields.forEach(function (one) { (left[one[0]] = left[one[0]] || []).push(one[1]); });
    Array.prototype.forEach.call(form.elements, function (control) {
      var values = left[control.name] || [], before = control.checked + control.value;
      if (!control.name || /^(password|file|submit|button|image|reset|fieldset)$/.test(control.type)) return;
      if (/csrf/.test(control.name)) return;
      if (control.type === "checkbox" || control.type === "radio") control.checked = values.indexOf(control.value) >= 0;
      else if (control.options) Array.prototype.forEach.call(control.options, function (option) {
        option.selected = values.indexOf(option.value) >= 0;
      });
      else if (values.length) control.value = values.shift();
      var folded = control.checked + control.value !== before && control.closest("details");
      if (folded) folded.open = true;
    });
  }
  var asked = /^#kept-(\d+)$/.exec(window.location.hash);
  if (!asked) return;
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  window.fetch(lock.dataset.kept + "?" + lock.dataset.field + "=" + asked[1], { credentials: "same-origin" })
    .then(function (answer) { return answer.ok ? answer.json() : { fields: [] }; })
    .then(function (said) {
      Array.prototype.some.call(document.querySelectorAll("main form[method=post]"), function (form) {
        var fits = target(form) === said.address && said.fields.some(function (one) { return form.elements[one[0]]; });
        if (!fits) return false;
        fill(form, said);
        add(form, lock.dataset.field, asked[1]);
        typed = form;
        lock.dataset.draft = "1";
        return true;
      });
    });
})();
