"use strict";
(() => {
  const all = [...document.querySelectorAll(".req")];
  const find = document.querySelector(".find");
  const show = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) {
      target.classList.remove("gone");
      target.closest(".topic")?.classList.remove("gone");
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", show);
  if (find) {
    const search = document.getElementById("search");
    const found = document.getElementById("found");
    const boxes = [...find.querySelectorAll("input[type=checkbox]")];
    const texts = new Map();
    const textOf = (req) => {
      if (!texts.has(req)) texts.set(req, req.textContent.toLowerCase());
      return texts.get(req);
    };
    const filter = () => {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      const statuses = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      let n = 0;
      for (const req of all) {
        const shown = statuses.has(req.dataset.status) && words.every((word) => textOf(req).includes(word));
        req.classList.toggle("gone", !shown);
        if (shown) n++;
      }
      for (const topic of document.querySelectorAll(".topic")) topic.classList.toggle("gone", !topic.querySelector(".req:not(.gone)"));
      found.textContent = n === all.length ? "" : `${n} of ${all.length}`;
    };
    find.hidden = false;
    find.addEventListener("submit", (event) => event.preventDefault());
    find.addEventListener("input", filter);
  }
  // On paper nobody can unfold what is red.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll(".cause details:not([open]), .req.failed:not([open]), .req.warned:not([open]), .req.accepted:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of folded) details.open = false;
  });
  show();
})();
