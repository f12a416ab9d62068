// What every page is made with.
export interface PageContext<Document> {
  document: Document; locale: string; locales: string[]; origin: string; assets: Record<string, string>;
}
