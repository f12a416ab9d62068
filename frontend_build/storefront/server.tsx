// Pages from documents, for V8: renderPages takes and gives JSON, one result a page.
import type { ComponentType } from "preact";
import { h } from "preact";
import { render } from "preact-render-to-string";
import { HomePage } from "./pages/Home";
import { ListPage } from "./pages/List";
import { ProductPage } from "./pages/Product";
import { NotFoundPage, SearchPage } from "./pages/Static";

interface Request { page: string; locale: string; document: { version: number }; origin: string }
type Page = ComponentType<Record<string, unknown>>;

const PAGES: Record<string, unknown> = {
  product: ProductPage, list: ListPage, home: HomePage, search: SearchPage, "not-found": NotFoundPage,
};

function renderPage(request: Request): { html: string } | { error: string } {
  try {
    const page = PAGES[request.page] as Page | undefined;
    if (!page) return { error: `no page is called ${request.page}` };
    const assets = (globalThis as { assets?: Record<string, string> }).assets ?? {};
    return { html: "<!doctype html>" + render(h(page, { ...request, assets })) };
  } catch (error) {
    return { error: String(error) };
  }
}

(globalThis as Record<string, unknown>)["renderPages"] = (requests: string): string =>
  JSON.stringify((JSON.parse(requests) as Request[]).map(renderPage));
