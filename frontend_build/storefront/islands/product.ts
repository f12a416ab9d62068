import { h, hydrate } from "preact";
import { BuyBox, type BuyBoxProps } from "./BuyBox";

const root = document.querySelector<HTMLElement>("[data-island=buybox]");
if (root) hydrate(h(BuyBox, JSON.parse(root.dataset["props"] ?? "{}") as BuyBoxProps), root);
