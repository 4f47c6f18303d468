//! Edits of the fixture's code, each with what it changes about the operations' needs.

/// A `?` whose error is put aside instead, or other text.
pub(crate) struct Edit {
    pub(crate) file: &'static str,
    /// A text that stands once in the file.
    pub(crate) at: &'static str,
    pub(crate) change: Change,
    /// The calls that are handled with it: operation and what it needs.
    pub(crate) softens: &'static [(&'static str, &'static str)],
    /// The operations that handle nothing any more.
    pub(crate) hardens: &'static [&'static str],
}

pub(crate) enum Change {
    /// The `?` of this number behind the beginning of the text, from 0, becomes `.unwrap_or_default()`.
    Try(usize),
    /// The text becomes this one.
    Text(&'static str),
}

impl Edit {
    /// The code with the edit, and where it begins.
    pub(crate) fn apply(&self, code: &str) -> (String, usize) {
        let (file, at) = (self.file, self.at);
        let start = code
            .find(at)
            .unwrap_or_else(|| panic!("{file} has no `{at}`"));
        assert_eq!(code.matches(at).count(), 1, "{file}: `{at}`");
        let (from, len, new) = match self.change {
            Change::Text(new) => (start, at.len(), new),
            Change::Try(nth) => {
                let marks = code[start..].match_indices('?').nth(nth);
                let (behind, _) = marks.expect("a `?`");
                (start + behind, 1, ".unwrap_or_default()")
            }
        };
        let (front, back) = (&code[..from], &code[from + len..]);
        (format!("{front}{new}{back}"), from)
    }
}

const fn handled(
    file: &'static str,
    at: &'static str,
    nth: usize,
    softens: &'static [(&'static str, &'static str)],
) -> Edit {
    Edit {
        file,
        at,
        change: Change::Try(nth),
        softens,
        hardens: &[],
    }
}

const fn hard(
    file: &'static str,
    at: &'static str,
    new: &'static str,
    hardens: &'static [&'static str],
) -> Edit {
    Edit {
        file,
        at,
        change: Change::Text(new),
        softens: &[],
        hardens,
    }
}

const KV: &str = "workers-kv";
const COLD: &str = "workers-kv.read_cold";
const LOGIN: &str = "access.login_identity";

/// Every `?` through which the outage goes up.
#[rustfmt::skip]
pub(crate) const HANDLED: &[Edit] = &[
    handled("workers-kv/src/values.rs", "central.get(", 0, &[(COLD, "third-party")]),
    handled("workers-kv/src/values.rs", "central.put(", 0, &[("workers-kv.write", "third-party")]),
    handled("workers-kv/src/central.rs", ".send()", 0, &[(COLD, "third-party")]),
    handled("workers-kv/src/central.rs", "send_unbuffered()", 0, &[("workers-kv.write", "third-party")]),
    handled("access/src/policy.rs", ".json::<Policy>()", 0, &[(LOGIN, KV)]),
    handled("access/src/policy.rs", ".json::<Identity>()", 0, &[(LOGIN, KV)]),
    handled("access/src/server.rs", "policy::load(", 0, &[(LOGIN, KV)]),
    handled("access/src/server.rs", "policy::identity(", 0, &[(LOGIN, KV)]),
    handled("access/src/directory.rs", "user)?.execute()", 1, &[("access.scim_sync", KV)]),
    handled("access/src/directory.rs", "fetch_with_request(", 0, &[("access.scim_sync", "durable-objects")]),
    handled("access/src/server.rs", "directory::store(", 0, &[("access.scim_sync", KV)]),
    handled("access/src/server.rs", "Status::internal(", 0, &[("access.scim_sync", KV), ("access.scim_sync", "durable-objects")]),
    handled("gateway/src/dns.rs", "login_identity(login)", 0, &[("gateway.doh_identity", LOGIN)]),
    handled("gateway/src/dns.rs", "kv.identity(", 0, &[("gateway.doh_identity", COLD)]),
    handled("gateway/src/egress.rs", "kv.identity(", 0, &[("gateway.proxy_tls_egress", COLD)]),
    handled("gateway/src/egress.rs", ".posture(", 0, &[("gateway.proxy_tls_egress", COLD)]),
    // The answer came: it is its status that is an error.
    handled("gateway/src/kv.rs", "error_for_status()", 0, &[
        ("gateway.proxy_tls_egress", COLD), ("gateway.proxy_tls_egress", COLD), ("gateway.doh_identity", COLD),
    ]),
    handled("warp/src/devices.rs", "let put =", 1, &[("warp.register_device", "workers-kv.write")]),
    handled("warp/src/tunnel.rs", ".proxy_tls_egress(egress)", 0, &[("warp.session_via_gateway_proxy", "gateway.proxy_tls_egress")]),
    handled("warp/src/tunnel.rs", "error_for_status()", 0, &[("warp.emergency_disconnect", COLD)]),
    handled("dashboard/src/login.rs", "sessions::create(", 0, &[("dashboard.login_password", KV)]),
    handled("dashboard/src/sessions.rs", ".execute()", 0, &[("dashboard.login_password", KV)]),
    handled("dashboard/src/sessions.rs", "})\n    .await", 0, &[("dashboard.login_password", KV)]),
    handled("dashboard/src/login.rs", "login_identity(login)", 0, &[("dashboard.login_sso", LOGIN)]),
    handled("dashboard/src/login.rs", ".json::<Pending>()", 0, &[("dashboard.login_google", KV)]),
    handled("dashboard/src/login.rs", "pending.await", 0, &[("dashboard.login_google", KV)]),
    handled("dashboard/src/sessions.rs", ".json::<Session>()", 0, &[("dashboard.existing_session", KV)]),
    handled("dashboard/src/sessions.rs", "session.await", 0, &[("dashboard.existing_session", KV)]),
    handled("browser-isolation/src/server.rs", ".login_identity(login)", 0, &[("browser-isolation.new_link_session", LOGIN)]),
    handled("browser-isolation/src/server.rs", ".proxy_tls_egress(egress)", 0, &[("browser-isolation.existing_or_gateway_session", "gateway.proxy_tls_egress")]),
    handled("browser-rendering/src/render.rs", ".existing_or_gateway_session(request)", 0, &[("browser-rendering.run", "browser-isolation.existing_or_gateway_session")]),
    handled("images/src/upload.rs", ".execute()", 0, &[("images.batch_upload", KV)]),
    handled("stream/src/playlist.rs", ".json::<Video>()", 0, &[("stream.playlist", KV)]),
    handled("stream/src/playlist.rs", ".json::<Live>()", 0, &[("stream.live", KV)]),
    handled("realtime/src/turn.rs", ".json::<Key>()", 0, &[("realtime.turn", KV)]),
    handled("realtime/src/rooms.rs", ".json::<Room>()", 0, &[("realtime.sfu_new_session", KV)]),
    handled("workers-ai/src/routing.rs", ".json::<Route>()", 0, &[("workers-ai.infer", KV)]),
    handled("workers-ai/src/infer.rs", "routing::find(", 0, &[("workers-ai.infer", KV)]),
    handled("autorag/src/documents.rs", "ai::embed(&ctx.env, text)", 0, &[("autorag.index", "workers-ai.infer")]),
    handled("autorag/src/documents.rs", "ai::embed(&ctx.env, &question)", 0, &[("autorag.query", "workers-ai.infer")]),
    handled("autorag/src/documents.rs", "ai::generate(", 0, &[("autorag.query", "workers-ai.infer")]),
    handled("autorag/src/ai.rs", "\"@cf/baai", 0, &[("autorag.index", "workers-ai.infer"), ("autorag.query", "workers-ai.infer")]),
    handled("autorag/src/ai.rs", "\"@cf/meta", 0, &[("autorag.query", "workers-ai.infer")]),
    handled("ai-gateway/src/config.rs", ".json::<Internal>()", 0, &[("ai-gateway.proxy", KV)]),
    handled("ai-gateway/src/config.rs", "config.await", 0, &[("ai-gateway.proxy", KV)]),
    handled("ai-gateway/src/proxy.rs", "config::load(", 0, &[("ai-gateway.proxy", KV), ("ai-gateway.proxy", KV)]),
    handled("pages/src/build.rs", ".execute()", 0, &[("pages.build", KV)]),
    handled("workers/src/scripts.rs", ".send_unbuffered()", 0, &[("workers.upload_script", "third-party")]),
    handled("workers-builds/src/push.rs", "login_identity(login)", 0, &[("workers-builds.on_push", LOGIN)]),
    handled("queues/src/shards.rs", ".text()", 0, &[("queues.push", KV), ("queues.consume", KV)]),
    handled("queues/src/messages.rs", "413);", 0, &[("queues.push", KV)]),
    handled("queues/src/messages.rs", "pub async fn consume", 0, &[("queues.consume", KV)]),
    handled("queues/src/messages.rs", "fetch_with_request(", 0, &[("queues.push", "durable-objects")]),
    handled("queues/src/messages.rs", "fetch_with_str(", 0, &[("queues.consume", "durable-objects")]),
    handled("event-notifications/src/deliver.rs", ".send(notification)", 0, &[("event-notifications.deliver", "queues")]),
    handled("zaraz/src/config.rs", ".json::<Config>()", 0, &[("zaraz.serve", KV)]),
    handled("zaraz/src/config.rs", "&config)?.execute()", 1, &[("zaraz.save_config", KV)]),
    handled("zaraz/src/script.rs", "config::load(", 0, &[("zaraz.serve", KV)]),
    handled("warp/src/devices.rs", "login(&device.user, &device.id);", 0, &[("warp.register_device", LOGIN)]),
    handled("warp/src/devices.rs", "login(&request.user, &request.device);", 0, &[("warp.reauthenticate", LOGIN)]),
    handled("third-party-storage/src/objects.rs", "objects.open(", 0, &[("third-party-storage.object", "third-party")]),
    handled("third-party-storage/src/objects.rs", ".send()", 0, &[("third-party-storage.object", "third-party")]),
];

/// Everything that goes on without a store no longer does.
#[rustfmt::skip]
pub(crate) const HARD: &[Edit] = &[
    hard(
        "access/src/server.rs",
        "let _ = put.expiration_ttl(LOG_DAYS * 24 * 60 * 60).execute().await;\n            }\n        })\n        .await;",
        "put.expiration_ttl(LOG_DAYS * 24 * 60 * 60).execute().await?;\n }\n Ok::<_, worker::Error>(())\n })\n .await.map_err(|error| Status::internal(error.to_string()))?;",
        &["access.ssh_session_logged"],
    ),
    hard("durable-objects/src/shards.rs", "match upsert.fetch_one(&shards.primary).await {", "match Ok(upsert.fetch_one(&shards.primary).await?) {", &["durable-objects.sqlite_rw"]),
    hard("d1/src/query.rs", "match primary.fetch_one(&database.primary).await {", "match Ok(primary.fetch_one(&database.primary).await?) {", &["d1.query"]),
    hard("turnstile/src/verify.rs", "switch::trip();", "return Err(error);", &["turnstile.siteverify"]),
    hard("pages/src/assets.rs", "console_error!(\"{key}: {error}\");", "return Err(error);", &["pages.serve_asset"]),
    hard("images/src/deliver.rs", "console_error!(\"image {key}: {error}\");", "return Err(error);", &["images.deliver"]),
];
