/* Panels that htmx draws anew where they stand. What is not the panel (an error, the page to sign in) is not put in its place: it says so. */
(function () {
  "use strict";
  function failed(event) {
    var panel = event.target.closest && event.target.closest("[data-panel]"), words = panel && panel.querySelector("[data-failed]");
    if (words) words.hidden = false;
  }
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status !== 200 || event.detail.serverResponse.indexOf("data-panel") < 0) { event.detail.shouldSwap = false; failed(event); }
  });
  document.addEventListener("htmx:sendError", failed);
}());
