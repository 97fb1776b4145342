// The workbench: filter, search, order, look closer, review, export. `<rf-tiles>` brings new tiles to it.
(() => {
  const PAGE = 60;
  const STORE = "realfake-review:";
  const COLUMNS = ["path", "label", "p_fake", "width", "height", "format", "warnings", "provenance", "error", "model",
    "bytes", "modified", "share_seen", "reviewed", "note"];

  class Workbench extends HTMLElement {
    connectedCallback() {
      if (this.grid) return;
      this.grid = this.querySelector(".rf-grid");
      this.dialog = this.querySelector("dialog");
      this.filter = "all";
      this.shown = PAGE;
      this.carried = JSON.parse(this.dataset.reviews ?? "{}");
      this.addEventListener("click", (event) => this.clicked(event));
      this.querySelector("input[type=search]").addEventListener("input", () => this.arrange());
      this.querySelector("select").addEventListener("change", () => this.arrange());
      const form = this.querySelector(".rf-review");
      form.addEventListener("input", () => this.keep({ done: form.done.checked, note: form.note.value }));
      this.dialog.addEventListener("keydown", (event) => {
        if (event.target.matches("textarea")) return;
        if (event.key === "ArrowRight") this.go(1);
        if (event.key === "ArrowLeft") this.go(-1);
      });
      this.arrange();
    }

    get tiles() {
      return [...this.grid.children];
    }

    // What a reviewer left: in this browser, or in the page that was exported.
    review(tile) {
      let kept = null;
      try {
        kept = localStorage.getItem(STORE + tile.dataset.key);
      } catch {} // a page from a file may have no storage
      return (kept && JSON.parse(kept)) || this.carried[tile.dataset.key] || { done: false, note: "" };
    }

    keep(review) {
      this.carried[this.open.dataset.key] = review;
      try {
        localStorage.setItem(STORE + this.open.dataset.key, JSON.stringify(review));
      } catch {}
      this.mark(this.open);
      this.count();
    }

    mark(tile) {
      const { done, note } = this.review(tile);
      tile.querySelector(".rf-tile-review").textContent = [done && "✓ reviewed", note && "note"].filter(Boolean).join(", ");
    }

    // Take tiles from elsewhere on the page; those that are there already are left.
    take(feed) {
      const { run } = feed.dataset;
      if (run !== this.dataset.run) {
        this.dataset.run = run;
        this.grid.replaceChildren();
        this.dialog.close();
        this.shown = PAGE;
      }
      for (const part of feed.querySelectorAll(":scope > template[data-rf-part]")) {
        this.querySelector(`:scope > template[data-rf-part=${part.dataset.rfPart}]`)?.remove();
        this.append(part);
      }
      const there = new Set(this.tiles.map((tile) => tile.dataset.key));
      const added = [...feed.querySelectorAll(":scope > li")].filter((tile) => !there.has(tile.dataset.key));
      this.grid.append(...added);
      feed.replaceChildren();
      if (added.length) this.arrange();
    }

    fits(tile) {
      const { kind, path, notes } = tile.dataset;
      const sought = this.querySelector("input[type=search]").value.trim().toLowerCase();
      if (this.filter === "open" ? this.review(tile).done : this.filter !== "all" && this.filter !== kind) return false;
      return !sought || `${path} ${notes} ${this.review(tile).note}`.toLowerCase().includes(sought);
    }

    arrange() {
      const rank = { fake: 0, unsure: 1, real: 2, none: 3 };
      const p = (tile) => Number(tile.dataset.p);
      const area = (tile) => { const { width, height } = JSON.parse(tile.dataset.record); return width * height; };
      const byName = (a, b) => a.dataset.path.localeCompare(b.dataset.path, undefined, { numeric: true });
      const orders = {
        fake: (a, b) => rank[a.dataset.kind] - rank[b.dataset.kind] || p(b) - p(a) || byName(a, b),
        real: (a, b) => (p(a) < 0) - (p(b) < 0) || p(a) - p(b) || byName(a, b),
        name: byName,
        size: (a, b) => area(b) - area(a) || byName(a, b),
      };
      const tiles = this.tiles.sort(orders[this.querySelector("select").value]);
      if (tiles.some((tile, place) => tile !== this.grid.children[place])) this.grid.append(...tiles);
      this.fitting = tiles.filter((tile) => this.fits(tile));
      const fitting = new Set(this.fitting);
      for (const tile of tiles) tile.hidden = !fitting.has(tile);
      this.fitting.forEach((tile, place) => tile.classList.toggle("rf-later", place >= this.shown));
      const more = this.querySelector(".rf-more");
      const left = this.fitting.length - this.shown;
      more.hidden = left <= 0;
      more.firstElementChild.textContent = `Show ${Math.min(left, PAGE)} more of ${this.fitting.length}`;
      this.querySelector(".rf-none").hidden = this.fitting.length > 0 || tiles.length === 0;
      for (const tile of tiles) this.mark(tile);
      this.count();
    }

    count() {
      const tiles = this.tiles;
      for (const chip of this.querySelectorAll(".rf-chip")) {
        const { filter } = chip.dataset;
        const number = filter === "all" ? tiles.length
          : tiles.filter((tile) => (filter === "open" ? !this.review(tile).done : tile.dataset.kind === filter)).length;
        chip.querySelector("b").textContent = number;
        chip.hidden = filter !== "all" && filter !== this.filter && (number === 0 || (filter === "open" && number === tiles.length));
      }
    }

    clicked(event) {
      const button = event.target.closest("button");
      if (event.target === this.dialog) this.dialog.close(); // its backdrop
      if (!button) return;
      const { filter, export: kind, go } = button.dataset;
      if (filter) {
        this.filter = this.filter === filter ? "all" : filter;
        this.shown = PAGE;
        for (const chip of this.querySelectorAll(".rf-chip")) chip.ariaPressed = chip.dataset.filter === this.filter;
        this.arrange();
      } else if (kind) this[kind]();
      else if (go) this.go(Number(go));
      else if ("close" in button.dataset) this.dialog.close();
      else if (button.closest(".rf-more")) {
        this.shown += PAGE;
        this.arrange();
      } else if (button.matches(".rf-open")) this.show(button.closest(".rf-tile"));
    }

    go(step) {
      const place = this.fitting.indexOf(this.open) + step;
      if (this.fitting[place]) this.show(this.fitting[place]);
    }

    show(tile) {
      this.open = tile;
      const content = tile.querySelector("template").content.cloneNode(true);
      for (const gap of content.querySelectorAll("[data-rf-shared]")) {
        const part = this.querySelector(`:scope > template[data-rf-part=${gap.dataset.rfShared}]`);
        if (part) gap.replaceWith(part.content.cloneNode(true));
        else gap.remove();
      }
      const figure = this.querySelector(".rf-dialog-picture");
      const picture = tile.querySelector(".rf-thumb img")?.cloneNode();
      if (picture) picture.alt = `The image ${tile.dataset.path}`;
      figure.replaceChildren(...[picture, ...content.querySelectorAll("[data-rf=heatmap]")].filter(Boolean));
      this.querySelector(".rf-dialog-path").textContent = tile.dataset.path;
      this.querySelector(".rf-dialog-card").replaceChildren(content);
      const review = this.review(tile);
      const form = this.querySelector(".rf-review");
      form.done.checked = review.done;
      form.note.value = review.note;
      const place = this.fitting.indexOf(tile);
      this.querySelector(".rf-place").textContent = `${place + 1} of ${this.fitting.length}`;
      this.querySelector("[data-go='-1']").disabled = place <= 0;
      this.querySelector("[data-go='1']").disabled = place >= this.fitting.length - 1;
      if (!this.dialog.open) this.dialog.showModal();
      this.dialog.scrollTop = 0;
    }

    csv() {
      const rows = this.tiles.map((tile) => {
        const { done, note } = this.review(tile);
        const record = JSON.parse(tile.dataset.record);
        return { ...record, warnings: record.warnings.join("; "), provenance: record.provenance && JSON.stringify(record.provenance), reviewed: done ? "yes" : "", note };
      });
      // No spreadsheet takes a cell for a formula (OWASP, "CSV Injection").
      const cell = (value) => `"${String(value ?? "").replace(/^(?='*[=+\-@\t\r])/, typeof value === "string" ? "'" : "").replaceAll('"', '""')}"`;
      const lines = [COLUMNS, ...rows.map((row) => COLUMNS.map((column) => row[column]))];
      save(`${this.dataset.name}.csv`, "text/csv", lines.map((line) => line.map(cell).join(",")).join("\r\n") + "\r\n");
    }

    // This page as a file that needs nothing else, with the reviewer's ticks and notes.
    html() {
      const copy = this.cloneNode(true);
      const reviews = Object.fromEntries(this.tiles.map((tile) => [tile.dataset.key, this.review(tile)]).filter(([, review]) => review.done || review.note));
      copy.dataset.reviews = JSON.stringify(reviews);
      copy.querySelector("dialog").removeAttribute("open");
      for (const part of copy.querySelectorAll(".rf-dialog-picture, .rf-dialog-card, .rf-dialog-path")) part.replaceChildren();
      const text = (id) => document.getElementById(id).textContent;
      const head = document.getElementById("rf-page-head")?.outerHTML ?? "<h1>Real or fake?</h1>";
      save(`${this.dataset.name}.html`, "text/html", `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Real or fake: ${this.tiles.length} images</title><style id="rf-page-style">${text("rf-page-style")}</style></head><body>${head}${copy.outerHTML}<script id="rf-page-script">${text("rf-page-script")}<\/script></body></html>`);
    }

    print() {
      for (const image of this.querySelectorAll("img")) image.loading = "eager";
      window.print();
    }
  }

  // Brings its tiles to the page's workbench.
  class Tiles extends HTMLElement {
    connectedCallback() {
      const take = () => document.querySelector("rf-workbench")?.take(this);
      // Gradio fills an element that is there anew instead of replacing it.
      new MutationObserver(() => this.childElementCount && take()).observe(this, { childList: true });
      take();
    }
  }

  function save(name, type, text) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  if (!customElements.get("rf-workbench")) {
    customElements.define("rf-workbench", Workbench);
    customElements.define("rf-tiles", Tiles);
  }
})();
