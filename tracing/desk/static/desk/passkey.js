/* Passkeys: a form with data-passkey waits for the browser's answer, puts it into its field `answer` and is sent.
   `create` and `get` carry their question in data-options; `ask` fetches it when the button is pressed. */
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    var plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  }
  function text(buffer) {
    var plain = "";
    new Uint8Array(buffer).forEach(function (one) { plain += String.fromCharCode(one); });
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function question(options) {
    var asked = options.publicKey;
    Object.keys(asked).forEach(function (name) { if (asked[name] === null) delete asked[name]; });
    asked.challenge = bytes(asked.challenge);
    if (asked.user) asked.user.id = bytes(asked.user.id);
    ["excludeCredentials", "allowCredentials"].forEach(function (list) {
      (asked[list] || []).forEach(function (one) { one.id = bytes(one.id); if (one.transports === null) delete one.transports; });
    });
    return { publicKey: asked };
  }
  function answer(made) {
    var out = { id: made.id, rawId: text(made.rawId), type: made.type, clientExtensionResults: {}, response: { clientDataJSON: text(made.response.clientDataJSON) } };
    ["attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (part) {
      if (made.response[part]) out.response[part] = text(made.response[part]);
    });
    return JSON.stringify(out);
  }
  function ask(form) {
    if (form.dataset.passkey !== "ask") return Promise.resolve(JSON.parse(form.dataset.options));
    return fetch(form.dataset.ask, {
      method: "POST", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value }, credentials: "same-origin"
    }).then(function (reply) { if (!reply.ok) throw new Error("refused"); return reply.json(); });
  }

  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var failed = form.querySelector("[data-passkey-failed]"), button = form.querySelector("button[type=submit]");
      failed.hidden = true;
      button.disabled = true;
      ask(form).then(function (options) {
        var asked = question(options);
        return form.dataset.passkey === "create" ? navigator.credentials.create(asked) : navigator.credentials.get(asked);
      }).then(function (made) {
        form.elements.answer.value = answer(made);
        HTMLFormElement.prototype.submit.call(form);
      }).catch(function () {
        failed.hidden = false;
        button.disabled = false;
      });
    });
  });
})();
