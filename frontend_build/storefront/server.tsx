// Pages from documents, for V8: renderPages takes and gives JSON, one result a page. `shop` is set before the first call.
import type { ComponentType } from "preact";
import { h } from "preact";
import { render } from "preact-render-to-string";
import { HomePage } from "./pages/Home";
import { ListPage } from "./pages/List";
import { ProductPage } from "./pages/Product";
import { GonePage, NotFoundPage, SearchPage } from "./pages/Static";

interface Request { page: string; locale: string; document: { version: number } }
interface Shop { assets: Record<string, string>; locales: string[]; origin: string }
type Page = ComponentType<Record<string, unknown>>;

const PAGES: Record<string, unknown> = {
  product: ProductPage, list: ListPage, home: HomePage, search: SearchPage, "not-found": NotFoundPage, gone: GonePage,
};

function renderPage(request: Request): { html: string } | { error: string } {
  try {
    const page = PAGES[request.page] as Page | undefined;
    if (!page) return { error: `no page is called ${request.page}` };
    const { shop } = globalThis as unknown as { shop: Shop };
    return { html: "<!doctype html>" + render(h(page, { ...request, ...shop })) };
  } catch (error) {
    return { error: String(error) };
  }
}

(globalThis as Record<string, unknown>)["renderPages"] = (requests: string): string =>
  JSON.stringify((JSON.parse(requests) as Request[]).map(renderPage));
