/* Keys for people who look at these pages all day. Everything they do is also a link or a button on the page.
   A page says `data-key="n"` on what a key presses; `data-rows` marks a list that j and k walk through.
   WCAG 2.1.4: single keys can be turned off, in the help that `?` opens; the choice stays in this browser. */
(function () {
  "use strict";
  var STORE = "contact-keys";

  function on() {
    try { return localStorage.getItem(STORE) !== "off"; } catch (refused) { return true; }
  }
  function choose(wanted) {
    try { localStorage.setItem(STORE, wanted ? "on" : "off"); } catch (refused) { /* private window: for this page only */ }
  }
  function typing(target) {
    return target.isContentEditable || (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type));
  }
  function visible(element) {
    return element.getClientRects().length > 0 && !element.disabled;
  }
  function press(key) {
    var found = Array.prototype.filter.call(document.querySelectorAll("[data-key]"), function (element) {
      return element.getAttribute("data-key") === key && visible(element);
    })[0];
    if (!found) return false;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(found.tagName)) { found.focus(); if (found.select) found.select(); } else { found.click(); }
    return true;
  }
  function walk(step) {
    var links = Array.prototype.slice.call(document.querySelectorAll("[data-rows] tbody tr")).map(function (row) {
      return row.querySelector("a[href]");
    }).filter(Boolean);
    if (!links.length) return false;
    var row = document.activeElement.closest ? document.activeElement.closest("[data-rows] tbody tr") : null;
    var here = row ? links.indexOf(row.querySelector("a[href]")) : -1;
    links[Math.max(0, Math.min(links.length - 1, here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step))].focus();
    return true;
  }
  function help() {
    var dialog = document.getElementById("keys");
    if (!dialog || !dialog.showModal) return false;
    var list = dialog.querySelector("dl");
    list.querySelectorAll("[data-made]").forEach(function (old) { old.remove(); });
    document.querySelectorAll("[data-key]").forEach(function (element) {
      if (!visible(element) || /^[/]$/.test(element.getAttribute("data-key"))) return;
      var term = document.createElement("dt"), words = document.createElement("dd"), key = document.createElement("kbd");
      key.className = "key"; key.textContent = element.getAttribute("data-key");
      term.appendChild(key);
      words.textContent = element.getAttribute("data-key-says") || element.getAttribute("aria-label") ||
        (element.querySelector(".outcome__label") || element).textContent.trim();
      [term, words].forEach(function (part) { part.setAttribute("data-made", ""); list.appendChild(part); });
    });
    dialog.showModal();
    return true;
  }

  // The menus of the bar: shut by a click elsewhere and by Escape, which gives the focus back.
  function shut(but) {
    document.querySelectorAll(".top details[open]").forEach(function (menu) { if (!menu.contains(but)) menu.open = false; });
  }
  document.addEventListener("click", function (event) { shut(event.target); });
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.activeElement.closest(".top details[open]");
    if (menu) { menu.querySelector("summary").focus(); shut(null); }
  });

  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    var done = false;
    if (!on()) return;
    if (event.key === "?") done = help();
    else if (event.key === "j") done = walk(1) || press("j");
    else if (event.key === "k") done = walk(-1) || press("k");
    else if (event.key.length === 1) done = press(event.key);
    if (done) event.preventDefault();
  });

  document.addEventListener("DOMContentLoaded", function () {
    var box = document.querySelector("[data-keys-on]"), first = document.querySelector("[data-focus]");
    if (box) { box.checked = on(); box.addEventListener("change", function () { choose(box.checked); }); }
    document.querySelectorAll("[data-help-keys]").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", help);
    });
    document.querySelectorAll("form[data-once]").forEach(function (form) {
      form.addEventListener("submit", function (event) {
        if (form.hasAttribute("data-sent")) event.preventDefault();
        form.setAttribute("data-sent", "");
      });
    });
    document.querySelectorAll(".strip-box").forEach(function (strip) {
      var today = strip.querySelector(".strip-today");
      strip.scrollLeft = !today ? strip.scrollWidth :
        today.getBoundingClientRect().left - strip.getBoundingClientRect().left + strip.scrollLeft - strip.clientWidth / 2;
    });
    if (first) first.focus();
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { form.removeAttribute("data-sent"); });
  });
}());
