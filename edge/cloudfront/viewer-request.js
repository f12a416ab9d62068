// The root goes to the reader's language; a page's address becomes its object's key.
// LOCALES is replaced when the function is published.
const LOCALES = ["en-us", "de-de"];

function preferred(header) {
    const wanted = (header || "").toLowerCase();
    const found = LOCALES.find((locale) => wanted.startsWith(locale.split("-")[0]));
    return found || LOCALES[0];
}

function handler(event) {
    const request = event.request;
    if (request.uri === "/") {
        const language = request.headers["accept-language"];
        const locale = preferred(language && language.value);
        return { statusCode: 302, statusDescription: "Found", headers: { location: { value: `/${locale}/` } } };
    }
    if (LOCALES.some((locale) => request.uri.startsWith(`/${locale}/`))) {
        request.uri = `/pages${request.uri}${request.uri.endsWith("/") ? "index" : ""}.html`;
    }
    request.querystring = {};
    return request;
}
