// The category menu, fetched when it is first opened. Without it the link leads to the start page's categories.
import type { NavigationNode } from "../shapes";

function link(locale: string, node: NavigationNode): HTMLLIElement {
  const item = document.createElement("li");
  const anchor = document.createElement("a");
  anchor.href = `/${locale}/c/${node.path}`;
  anchor.textContent = node.name;
  item.append(anchor);
  return item;
}

async function open(menu: HTMLElement, details: HTMLDetailsElement): Promise<void> {
  const locale = menu.dataset["menu"] ?? "en-us";
  const answer = await fetch(`/catalog/${locale}/navigation.json`);
  const { categories } = (await answer.json()) as { categories: NavigationNode[] };
  const list = document.createElement("ul");
  list.append(...categories.map((node) => link(locale, node)));
  details.append(list);
}

const menu = document.querySelector<HTMLElement>("[data-menu]");
const plain = menu?.querySelector("a");
if (menu && plain) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = plain.textContent;
  details.append(summary);
  details.addEventListener("toggle", () => {
    if (details.open && !details.querySelector("ul")) open(menu, details).catch(() => { location.href = plain.href; });
  });
  plain.replaceWith(details);
}
