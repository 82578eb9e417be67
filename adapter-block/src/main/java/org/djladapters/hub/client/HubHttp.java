/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.hub.client;

import static org.djladapters.io.MalformedFileException.quote;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * Asks the hub, and the servers to which it refers.
 *
 * <p>Redirects are followed here, not by Java's client, since only the hub itself may see the
 * token. A server may not be silent for longer than the settings say. What fails and may work a
 * little later is tried again, continuing where it ended.
 */
final class HubHttp {

    private static final int REDIRECTS = 10;
    private static final int TRIES = 5;

    /** As many new bytes make a try count as a first one. */
    private static final long PROGRESS = 1 << 20;

    /** Fewer bytes in the time that a server may be silent count as none. */
    private static final long SLOWEST = 1024;

    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int NO_SUCH_RANGE = 416;
    private static final int TOO_MANY = 429;
    private static final int SERVER_TROUBLE = 500;

    private final HubSettings settings;
    private final HttpClient client;

    HubHttp(HubSettings settings) {
        this.settings = settings;
        client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.timeout())
                        .build();
    }

    /** Takes what an answer brings. */
    interface Sink {

        /** Returns the bytes of earlier tries; the next one asks for those after them. */
        long resumesAt();

        /** Starts to take an answer, of status 200 from the beginning, of 206 as its range says. */
        void begin(int status, HttpHeaders headers) throws IOException;

        /** Takes some bytes. */
        void accept(ByteBuffer bytes) throws IOException;

        /** Gives up what is there, since the server knows of no more. */
        void startOver() throws IOException;
    }

    /** Answer of a server without its content; the address is that after redirects. */
    record Answer(URI uri, int status, HttpHeaders headers) {

        boolean isContent() {
            return HubHttp.isContent(status);
        }

        Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        private boolean isRedirect() {
            return status >= 300 && status < 400 && header("Location").isPresent();
        }

        private boolean mayPass() {
            return status == TOO_MANY || status >= SERVER_TROUBLE || status == NO_SUCH_RANGE;
        }
    }

    /** Tells whether an answer brings what was asked for. */
    static boolean isContent(int status) {
        return status == OK || status == PARTIAL;
    }

    /**
     * Asks what a file is, without its content. An answer that tells of a large file kept elsewhere
     * is not followed to there.
     *
     * @throws UnreachableException if there is no answer
     */
    Answer head(URI uri) throws IOException {
        return persistently("HEAD", uri, null);
    }

    /** Reads a file; one that does not come to its end is unreachable. */
    Answer get(URI uri, Sink sink) throws IOException {
        return persistently("GET", uri, sink);
    }

    private Answer persistently(String method, URI uri, Sink sink) throws IOException {
        long best = sink == null ? 0 : sink.resumesAt();
        int tries = 1;
        while (true) {
            UnreachableException trouble;
            try {
                Answer answer = followed(method, uri, sink);
                if (!answer.mayPass()) {
                    return answer;
                }
                if (answer.status == NO_SUCH_RANGE && sink != null) {
                    sink.startOver();
                }
                trouble = new UnreachableException(described(answer.status), null);
            } catch (UnreachableException e) {
                trouble = e;
            }
            if (sink != null && sink.resumesAt() - best >= PROGRESS) {
                best = sink.resumesAt();
                tries = 1;
            }
            if (tries == TRIES || isLasting(trouble.getCause())) {
                throw trouble;
            }
            pause(tries);
            tries++;
        }
    }

    private static String described(int status) {
        return status == TOO_MANY
                ? "it answers with status 429, too many requests, of which a token allows more"
                : "it answers with status " + status;
    }

    /** Tells whether something has to be changed before another try makes sense. */
    private static boolean isLasting(Throwable cause) {
        return cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof SSLException;
    }

    private void pause(int tries) throws InterruptedIOException {
        try {
            TimeUnit.NANOSECONDS.sleep(settings.pause().toNanos() << (tries - 1));
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static InterruptedIOException interrupted() {
        Thread.currentThread().interrupt();
        return new InterruptedIOException("interrupted");
    }

    private Answer followed(String method, URI start, Sink sink) throws IOException {
        URI uri = start;
        for (int i = 0; i <= REDIRECTS; i++) {
            Answer answer = exchange(request(method, uri, sink), sink);
            boolean described = sink == null && answer.header(FileDownload.LINKED_ETAG).isPresent();
            if (!answer.isRedirect() || described) {
                return answer;
            }
            uri = target(uri, answer.header("Location").orElseThrow());
        }
        throw new IOException(start + " is redirected in a circle; check HF_ENDPOINT");
    }

    private static URI target(URI from, String location) throws IOException {
        URI to;
        try {
            to = from.resolve(URI.create(location));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "%s redirects to %s, which is no address; check HF_ENDPOINT"
                            .formatted(from, quote(location)),
                    e);
        }
        boolean secure = "https".equals(to.getScheme());
        boolean asSecure = "http".equals(to.getScheme()) && "http".equals(from.getScheme());
        if (to.getHost() == null || !(secure || asSecure)) {
            throw new IOException(
                    "%s redirects to %s, where nothing protects the connection; check HF_ENDPOINT"
                            .formatted(from, quote(location)));
        }
        return to;
    }

    private HttpRequest request(String method, URI uri, Sink sink) throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri)
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("User-Agent", "djl-adapters")
                        .header("Accept-Encoding", "identity");
        if (sink != null && sink.resumesAt() > 0) {
            request.header("Range", "bytes=%d-".formatted(sink.resumesAt()));
        }
        if (isHub(uri)) {
            settings.token().ifPresent(t -> request.header("Authorization", "Bearer " + t));
        }
        return request.build();
    }

    /** Tells whether an address is the hub's own, reached as safely as the settings say. */
    private boolean isHub(URI uri) {
        URI hub = settings.endpoint();
        return hub.getHost().equalsIgnoreCase(uri.getHost())
                && hub.getScheme().equals(uri.getScheme())
                && port(hub) == port(uri);
    }

    private static int port(URI uri) {
        int usual = "https".equals(uri.getScheme()) ? 443 : 80;
        return uri.getPort() < 0 ? usual : uri.getPort();
    }

    private Answer exchange(HttpRequest request, Sink sink) throws IOException {
        Receiver receiver = new Receiver(sink);
        CompletableFuture<HttpResponse<Void>> answer = client.sendAsync(request, receiver::receive);
        try {
            HttpResponse<Void> response = waitFor(answer, receiver);
            return new Answer(request.uri(), response.statusCode(), response.headers());
        } catch (ExecutionException e) {
            receiver.throwFailure();
            throw new UnreachableException(reason(e.getCause()), e.getCause());
        } finally {
            receiver.stop();
            answer.cancel(true);
        }
    }

    private HttpResponse<Void> waitFor(
            CompletableFuture<HttpResponse<Void>> answer, Receiver receiver)
            throws ExecutionException, IOException {
        while (true) {
            long before = receiver.received();
            try {
                return answer.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                if (receiver.received() - before < SLOWEST) {
                    throw new UnreachableException(silent(), e);
                }
            } catch (InterruptedException e) {
                throw interrupted();
            }
        }
    }

    private String silent() {
        return "it was silent for %d s, and HF_HUB_DOWNLOAD_TIMEOUT allows no more"
                .formatted(settings.timeout().toSeconds());
    }

    /** Says in plain words what Java's client says in its own. */
    private String reason(Throwable cause) {
        if (cause instanceof HttpTimeoutException) {
            return silent();
        }
        if (cause instanceof ConnectException) {
            return "no connection";
        }
        return cause instanceof SSLException
                ? "no secure connection: " + cause.getMessage()
                : "the connection broke off";
    }
}
