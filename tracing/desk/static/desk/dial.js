/* Dial without losing what was typed: the part of the page that tells of the call is put in anew, and asked for again while it goes on.
   Without this script the button sends the whole page, which comes back as it was typed. */
(function () {
  "use strict";
  var timer = 0;

  function put(text) {
    var fresh = new DOMParser().parseFromString(text, "text/html");
    ["dialled", "end-way"].forEach(function (id) {
      var made = fresh.getElementById(id), old = document.getElementById(id);
      if (made && old) old.replaceWith(document.importNode(made, true));
    });
  }

  function ask(address, options) {
    window.clearTimeout(timer);
    options.credentials = "same-origin";
    options.headers = {"X-Part": "1"};
    return fetch(address, options).then(function (answer) {
      if (answer.redirected || !/^(200|204)$/.test(String(answer.status))) throw new Error(String(answer.status));
      return answer.status === 204 ? "" : answer.text();
    }).then(function (text) { if (text) put(text); });
  }

  function wait() {
    var part = document.getElementById("dialled"), seconds = part && Number(part.getAttribute("data-poll"));
    window.clearTimeout(timer);
    if (seconds) {
      timer = window.setTimeout(function () {
        ask(part.getAttribute("data-state"), {}).then(wait, function () { timer = window.setTimeout(wait, 5000); });
      }, seconds * 1000);
    }
  }

  document.addEventListener("DOMContentLoaded", function () {
    if (!window.fetch || !document.getElementById("dialled")) return;
    document.addEventListener("click", function (event) {
      var button = event.target.closest("[data-dial]"), data;
      if (!button) return;
      event.preventDefault();
      if (button.disabled) return;
      button.disabled = true;
      data = new FormData();
      data.append("dial", button.value);
      data.append("csrfmiddlewaretoken", button.form.querySelector("[name=csrfmiddlewaretoken]").value);
      ask(button.formAction, {method: "POST", body: data}).catch(function () {
        var part = document.getElementById("dialled"); /* signed out, or no network: nothing typed is thrown away for it */
        part.textContent = part.getAttribute("data-lost");
      }).then(function () { button.disabled = false; button.focus({preventScroll: true}); wait(); });
    });
    wait();
  });
})();
