// The header's drop-downs: the category tree is fetched when its own is first opened; Escape, a click elsewhere or
// leaving by keyboard closes one. Without this they open all the same, and the one for categories leads to the start page's.
import type { NavigationNode } from "../shapes";

function entry(locale: string, node: NavigationNode): HTMLLIElement {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = `/${locale}/c/${node.path}`;
  anchor.textContent = node.name;
  item.append(anchor);
  return item;
}

async function fill(drop: HTMLDetailsElement): Promise<void> {
  const locale = drop.dataset["locale"] ?? "";
  delete drop.dataset["drop"];
  const answer = await fetch(`/catalog/${locale}/navigation.json`);
  const { categories } = (await answer.json()) as { categories: NavigationNode[] };
  drop.querySelector("ul")?.prepend(...categories.map((node) => entry(locale, node)));
}

function prepare(drop: HTMLDetailsElement): void {
  const close = (): void => { drop.open = false; };
  drop.addEventListener("toggle", () => {
    if (drop.open && drop.dataset["drop"] === "categories") fill(drop).catch(() => { drop.dataset["drop"] = "categories"; });
  });
  drop.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drop.open) return;
    close();
    drop.querySelector("summary")?.focus();
  });
  drop.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !drop.contains(event.relatedTarget)) close();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !drop.contains(event.target)) close();
  });
}

document.querySelectorAll<HTMLDetailsElement>("details.drop").forEach(prepare);
