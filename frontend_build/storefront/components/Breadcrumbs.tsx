import { messages } from "../i18n";
import type { CategoryRef } from "../shapes";

export function Breadcrumbs({ crumbs, locale }: { crumbs: CategoryRef[]; locale: string }) {
  const text = messages(locale);
  return (
    <nav class="crumbs" aria-label={text.trail}>
      <ol>
        <li><a href={`/${locale}/`}>{text.home}</a></li>
        {crumbs.map((crumb) => <li key={crumb.path}><a href={`/${locale}/c/${crumb.path}`}>{crumb.name}</a></li>)}
      </ol>
    </nav>
  );
}
