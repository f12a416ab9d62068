// Addresses become the bucket's keys, as the locations of edge/nginx/nginx.conf.template make them.
// LOCALES is replaced when the function is published.
const LOCALES = ["en-us", "de-de"];

function preferred(header) {
    const wanted = (header || "").toLowerCase();
    const found = LOCALES.find((locale) => wanted.startsWith(locale.split("-")[0]));
    return found || LOCALES[0];
}

function redirect(statusCode, statusDescription, location) {
    return { statusCode, statusDescription, headers: { location: { value: location } } };
}

function handler(event) {
    const request = event.request;
    const uri = request.uri;
    if (uri === "/") {
        const language = request.headers["accept-language"];
        const answer = redirect(302, "Found", `/${preferred(language && language.value)}/`);
        answer.headers["vary"] = { value: "Accept-Language" };
        answer.headers["cache-control"] = { value: "no-store" };
        return answer;
    }
    if (uri === "/admin" || LOCALES.some((locale) => uri === `/${locale}`)) {
        return redirect(301, "Moved Permanently", `${uri}/`);
    }
    if (uri === "/admin/") {
        request.uri = "/admin/index.html";
    } else if (LOCALES.some((locale) => uri.startsWith(`/${locale}/`))) {
        request.uri = `/pages${uri}${uri.endsWith("/") ? "index" : ""}.html`;
    } else if (!/^\/(?:(?:catalog|assets|media|sitemaps|admin)\/|sitemap\.xml$)/.test(uri)) {
        return { statusCode: 404, statusDescription: "Not Found", headers: { "cache-control": { value: "no-store" } } };
    }
    return request;
}
