import type { Image } from "../shapes";

// A product's picture in a frame of fixed shape, so that nothing moves when it arrives, or a drawing where there is none.
// `first` is the one picture that a page is waited for; without `alt` the words beside it say what it shows.
export function Picture({ image, first = false, alt = "" }: { image: Image | null | undefined; first?: boolean; alt?: string }) {
  if (!image) return <span class="picture none" role={alt ? "img" : undefined} aria-label={alt || undefined} aria-hidden={alt ? undefined : "true"} />;
  return (
    <span class="picture">
      <img src={image.url} alt={alt} width={image.width} height={image.height}
        loading={first ? undefined : "lazy"} fetchpriority={first ? "high" : undefined} />
    </span>
  );
}
