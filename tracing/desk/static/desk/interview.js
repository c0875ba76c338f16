/* The interview is kept as one types: a choice at once, what is written when its place is left. Without this script the button does it.
   The page comes back whole; a part is put in anew where it differs and nobody has typed in it meanwhile. */
(function () {
  "use strict";
  var form, kept, sending = false, again = false, leaves = false;

  function chosen(field) { return /^(radio|checkbox|select-one)$/.test(field.type); }
  function part(field) { return field.closest("[data-part]"); }

  function put(fresh) {
    fresh.querySelectorAll("[data-list]").forEach(function (list) {
      var here = document.getElementById(list.id), before = null;
      Array.prototype.slice.call(list.children).forEach(function (made) {
        var old = document.getElementById(made.id);
        if (old && old.hasAttribute("data-typed")) {
          before = old;
          return;
        }
        made = document.importNode(made, true);
        if (old) old.replaceWith(made); else if (before) before.after(made); else here.prepend(made);
        before = made;
      });
      Array.prototype.slice.call(here.children).forEach(function (old) {
        if (!old.hasAttribute("data-typed") && !list.querySelector("#" + CSS.escape(old.id))) old.remove();
      });
    });
    ["interview-errors", "interview-progress", "interview-days"].forEach(function (id) {
      var made = fresh.getElementById(id), old = document.getElementById(id);
      if (made && old) old.replaceWith(document.importNode(made, true));
    });
  }

  /* Sent also when the page is left meanwhile. */
  function send() {
    return fetch(form.action, {method: "POST", body: new FormData(form), headers: {"X-Part": "1"}, credentials: "same-origin", keepalive: true});
  }

  function keep() {
    if (sending) { again = true; return; }
    sending = true;
    var focused = document.activeElement && document.activeElement.id, sent = send();
    form.querySelectorAll("[data-typed]").forEach(function (one) { one.removeAttribute("data-typed"); });
    kept.textContent = "…";
    sent.then(function (answer) {
      if (answer.redirected || !/^(200|409|422)$/.test(String(answer.status))) throw new Error(String(answer.status));
      return answer.text().then(function (text) {
        put(new DOMParser().parseFromString(text, "text/html"));
        var place = focused && document.getElementById(focused);
        if (place && document.activeElement !== place) place.focus({preventScroll: true});
        kept.textContent = answer.status === 200 ? "✓" : "!";
      });
    }).catch(function () {
      kept.textContent = "!"; /* not kept: the button sends it all again */
    }).then(function () {
      sending = false;
      if (again) { again = false; keep(); }
    });
  }

  document.addEventListener("DOMContentLoaded", function () {
    form = document.querySelector("[data-interview]");
    kept = document.querySelector("[data-kept]");
    if (!form || !window.fetch) return;
    form.addEventListener("submit", function () { leaves = true; });
    window.addEventListener("pagehide", function () {
      if (!leaves && (again || form.querySelector("[data-typed]"))) send();
    });
    document.addEventListener("input", function (event) {
      var where = event.target.form === form && part(event.target);
      if (where) where.setAttribute("data-typed", "");
    });
    document.addEventListener("change", function (event) {
      if (event.target.form === form && chosen(event.target)) keep();
    });
    document.addEventListener("focusout", function (event) {
      var field = event.target, where = field.form === form && part(field);
      if (where && !chosen(field) && where.hasAttribute("data-typed")) keep();
      else if (field.form === form && field.name === "name" && field.value !== field.defaultValue) { field.defaultValue = field.value; keep(); }
    });
  });
}());
