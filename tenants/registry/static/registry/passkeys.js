/* Passkeys: asks the browser for one and sends its answer with the form that asked. Needs JavaScript; codes don't. */
(function () {
  "use strict";

  var forms = document.querySelectorAll("form[data-passkey]");
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    var plain = window.atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (char) { return char.charCodeAt(0); });
  }

  function text(buffer) {
    var plain = String.fromCharCode.apply(null, new Uint8Array(buffer));
    return window.btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function withBytes(options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    (options.allowCredentials || []).concat(options.excludeCredentials || []).forEach(function (one) {
      one.id = bytes(one.id);
    });
    return options;
  }

  function asText(credential) {
    var given = credential.response, said = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (given[name]) said[name] = text(given[name]);
    });
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response: said,
      clientExtensionResults: credential.getClientExtensionResults()
    });
  }

  function optionsOf(form) {
    if (form.dataset.options) {
      return Promise.resolve(JSON.parse(document.getElementById(form.dataset.options).textContent));
    }
    return window.fetch(form.action, { headers: { Accept: "application/json" } }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.json();
    });
  }

  forms.forEach(function (form) {
    var failed = form.querySelector("[data-passkey-failed]");
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      delete form.dataset.sent;
      failed.hidden = true;
      optionsOf(form).then(function (data) {
        if (form.dataset.passkey === "get") {
          return navigator.credentials.get({ publicKey: withBytes(data.request_options.publicKey) });
        }
        var options = withBytes(data.creation_options.publicKey);
        options.authenticatorSelection.residentKey = "required";
        options.authenticatorSelection.requireResidentKey = true;
        options.authenticatorSelection.userVerification = "required";
        return navigator.credentials.create({ publicKey: options });
      }).then(function (credential) {
        form.querySelector("[name=credential]").value = asText(credential);
        var shared = document.querySelector("input[type=checkbox][name=shared]");
        if (shared && form.elements.shared) form.elements.shared.value = shared.checked ? "on" : "";
        form.submit();
      }).catch(function () {
        delete form.dataset.sent;
        failed.hidden = false;
      });
    });
  });
})();
