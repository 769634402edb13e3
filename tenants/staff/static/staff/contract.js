/* The contract's form while one types: its FTE, what its type asks for, the employer that goes with it. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-contract]");
  if (!form) return;
  var type = form.elements.type, employer = form.elements.legal_employer;
  var fteLine = form.querySelector("p[data-fte]"), requires = form.querySelector("p[data-requires]");
  var two = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  // What we proposed may be replaced by what goes with another type; what was typed may not.
  var proposed = employer.value, usual = "";

  function chosen() { return type.selectedOptions[0] || type.options[0]; }
  function hours(field) { return Number(field.value.trim().replace(",", ".") || NaN); }

  function showFte() {
    var share = hours(form.elements.hours_per_week) / hours(form.elements.full_time_hours);
    fteLine.hidden = !(share > 0 && share <= 1);
    if (fteLine.hidden) return;
    var text = chosen().dataset.fte === "no" ? fteLine.dataset.apart : fteLine.dataset.text;
    fteLine.textContent = text.replace("{fte}", share.toLocaleString(document.documentElement.lang, two));
  }

  // A field that the type doesn't ask for is put away, unless something stands in it.
  function showFields(option) {
    var asked = (option.dataset.fields || "").split(" ");
    form.querySelectorAll("[data-for]").forEach(function (part) {
      var name = part.dataset.for, field = form.elements[name];
      part.hidden = !asked.includes(name) && !field.value && !part.querySelector(".m-field-invalid");
      if (name !== "reference") return;
      var label = part.querySelector("label").firstChild;
      usual = usual || label.textContent;
      label.textContent = option.dataset.reference ? option.dataset.reference + " " : usual;
    });
  }

  function showType(event) {
    var option = chosen();
    requires.hidden = !option.dataset.requires;
    requires.textContent = option.dataset.requires ? requires.dataset.text + " " + option.dataset.requires : "";
    showFields(option);
    if (event && employer.value === proposed) employer.value = proposed = option.dataset.employer || "";
    showFte();
  }

  type.addEventListener("change", showType);
  form.addEventListener("input", showFte);
  showType();
})();
