/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says what a user can do if the hub does not give what was asked for. */
final class Refusal {

    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int MISSING = 404;

    private Refusal() {}

    /** Puts an answer into a sentence; without a file it is about the repository itself. */
    static IOException of(
            HubSettings settings, HubRepository repository, String file, HubHttp.Answer answer)
            throws IOException {
        boolean known = settings.token().isPresent();
        String hub = settings.endpoint().toString();
        String error = answer.header("X-Error-Code").orElse("");
        String message = answer.header("X-Error-Message").orElse("");
        int status = answer.status();
        if (error.equals("GatedRepo") || (status == FORBIDDEN && message.contains("gated"))) {
            return gated(hub, repository, known);
        }
        if (error.equals("RevisionNotFound")) {
            return new NoSuchFileException(
                    repository.toString(),
                    null,
                    "%s has no revision %s of it; give a branch, a tag or a commit after '@', or leave it out for 'main'"
                            .formatted(hub, quote(repository.revision())));
        }
        if (error.equals("EntryNotFound") || (status == MISSING && file != null)) {
            return new NoSuchFileException(
                    repository.toString(),
                    null,
                    "%s lists the file %s and does not have it; try again later"
                            .formatted(hub, quote(String.valueOf(file))));
        }
        if (status == UNAUTHORIZED && message.contains("Invalid credentials")) {
            return new AccessDeniedException(
                    hub,
                    null,
                    "does not accept the token; make a new one at %s/settings/tokens and set HF_TOKEN to it"
                            .formatted(hub));
        }
        if (status == UNAUTHORIZED || status == MISSING) {
            return missing(hub, repository, known);
        }
        return new IOException(
                "%s answers with status %d for %s%s; check the network and HF_ENDPOINT, or try again later"
                        .formatted(
                                hub,
                                status,
                                repository,
                                message.isEmpty() ? "" : " (" + quote(message) + ")"));
    }

    private static IOException gated(String hub, HubRepository repository, boolean known) {
        return new AccessDeniedException(
                repository.toString(),
                null,
                ("is gated: accept its conditions at %s/%s, and "
                                + (known
                                        ? "check that HF_TOKEN is of the account that did, and may"
                                                + " read gated repositories"
                                        : "set HF_TOKEN to a token of the account that did"))
                        .formatted(hub, repository.id()));
    }

    /** The hub answers 401, not 404, to those without a token. */
    private static IOException missing(String hub, HubRepository repository, boolean known) {
        return new NoSuchFileException(
                repository.toString(),
                null,
                known
                        ? "%s has no such repository, or the account of the token may not see it; check the name, and HF_TOKEN"
                                .formatted(hub)
                        : "%s has no such repository, or it is private; check the name, or set HF_TOKEN to a token of an account that may see it"
                                .formatted(hub));
    }
}
