//! W3C trace context: the host's span is the parent of our calls, so that Application Insights shows them under it.

tokio::task_local! {
    /// The `traceparent` that the host gave.
    static PARENT: String;
}

/// Runs a future whose calls belong to this span, where it is one.
pub async fn within<F: Future>(parent: Option<&str>, future: F) -> F::Output {
    match parent.filter(|parent| parts(parent).is_some()) {
        Some(parent) => PARENT.scope(parent.to_owned(), future).await,
        None => future.await,
    }
}

/// The `traceparent` of one call: the host's trace, with a span of the call's own.
pub(super) fn of_call() -> Option<String> {
    PARENT
        .try_with(|parent| {
            let (trace, flags) = parts(parent)?;
            // A span of zeros means none.
            let span = fastrand::u64(1..);
            Some(format!("00-{trace}-{span:016x}-{flags}"))
        })
        .ok()?
}

/// Trace id and flags of a `traceparent`.
fn parts(text: &str) -> Option<(&str, &str)> {
    let hex = |text: &str, length| {
        text.len() == length
            && text
                .bytes()
                .all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase())
    };
    let parts: Vec<&str> = text.split('-').collect();
    let [version, trace, span, flags] = parts[..] else {
        return None;
    };
    let zeros = |text: &str| text.bytes().all(|b| b == b'0');
    let fits =
        hex(version, 2) && version != "ff" && hex(trace, 32) && hex(span, 16) && hex(flags, 2);
    (fits && !zeros(trace) && !zeros(span)).then_some((trace, flags))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn calls_carry_the_hosts_trace_and_a_span_of_their_own() {
        let parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let one = within(Some(parent), async { of_call() })
            .await
            .expect("a call's span");
        assert!(
            one.starts_with("00-0af7651916cd43dd8448eb211c80319c-") && one.ends_with("-01"),
            "{one}"
        );
        assert!(parts(&one).is_some() && one != parent);
        assert_eq!(of_call(), None);
        for bad in [
            "",
            "00-0-0-00",
            "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        ] {
            assert_eq!(within(Some(bad), async { of_call() }).await, None, "{bad}");
        }
    }
}
