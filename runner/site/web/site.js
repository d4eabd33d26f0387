// What every page does: find in a list, remember the stack whose code was looked at. Pages
// say the same without it.
"use strict";

// The classic form of a script is what a page opened as a file may load.
(() => {
  const find = document.getElementById("find");
  const items = [...document.querySelectorAll("[data-words]")];

  // parameter is what the address says after its #: find=referral.
  const parameter = () => new URLSearchParams(location.hash.slice(1)).get("find") ?? "";

  function refine() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const item of items) {
      const text = item.dataset.words.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
      if (!item.hidden) shown++;
    }
    for (const group of document.querySelectorAll(".group")) group.hidden = !group.querySelector("[data-words]:not([hidden])");
    document.getElementById("found").textContent = words.length === 0 ? "" : `${shown} of ${items.length}`;
  }

  if (find) {
    find.closest(".find").hidden = false;
    find.value = parameter();
    refine();
    find.addEventListener("input", () => {
      history.replaceState(null, "", find.value ? `#${new URLSearchParams({ find: find.value })}` : location.pathname + location.search);
      refine();
    });
    addEventListener("hashchange", () => {
      if (!location.hash.startsWith("#find=")) return;
      find.value = parameter();
      refine();
    });
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const field = find ?? document.getElementById("text");
    if (event.key === "/" && field) {
      event.preventDefault();
      field.focus();
    }
  });

  // The stack whose code was opened last is open on the next page too.
  const remembered = "referee-stack";
  const remember = (stack) => {
    try {
      localStorage.setItem(remembered, stack);
    } catch {
      // Then it is not remembered.
    }
  };
  const recall = () => {
    try {
      return localStorage.getItem(remembered);
    } catch {
      return null;
    }
  };
  const stack = recall();
  for (const code of document.querySelectorAll("details.code")) {
    // Whoever was faster than this script has opened another, which stays open.
    if (!document.querySelector("details.code[open]") && [...code.querySelectorAll("[data-stack]")].some((name) => name.dataset.stack === stack)) code.open = true;
    code.querySelector("summary").addEventListener("click", (event) => {
      const name = event.target.closest("[data-stack]") ?? code.querySelector("[data-stack]");
      if (!code.open) remember(name.dataset.stack);
    });
  }
})();
