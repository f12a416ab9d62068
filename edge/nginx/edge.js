// What nginx has no directive for. CloudFront does the same in its functions (edge/cloudfront).

// Seconds since the answer was made; nginx keeps the origin's Date with the cached answer.
function age(r) {
    const cached = r.variables.upstream_cache_status;
    if (!cached || cached === "MISS" || cached === "EXPIRED" || cached === "BYPASS") {
        return "0";
    }
    const made = Date.parse(r.variables.upstream_http_date || "");
    return isNaN(made) ? "0" : String(Math.max(0, Math.floor((Date.now() - made) / 1000)));
}

// A gone object answers 410, a redirect object 301: the bucket itself knows no such states.
function state(r) {
    const state = r.variables.upstream_http_x_amz_meta_state;
    if (state === "gone") {
        r.status = 410;
    } else if (state === "redirect") {
        r.status = 301;
        r.headersOut["Location"] = r.variables.upstream_http_x_amz_meta_location;
    }
}

export default { age, state };
