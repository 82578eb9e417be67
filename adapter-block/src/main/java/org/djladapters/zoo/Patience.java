/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The longest time that a server may take for a whole transfer. A limit for each read alone lets a
 * server keep its client for ever with a byte now and then.
 *
 * @param grace the time for the answer, and then for the file besides what its bytes take
 * @param bytesPerSecond the slowest rate at which bytes may come
 */
record Patience(Duration grace, long bytesPerSecond) {

    /** A slow line brings ten times as much. */
    static final Patience USUAL = new Patience(Duration.ofMinutes(1), 4096);

    /** Waits for the status of an answer. */
    int answer(HttpURLConnection http) throws IOException {
        FutureTask<Integer> status = new FutureTask<>(http::getResponseCode);
        Thread thread = new Thread(status, "answer of a repository");
        thread.setDaemon(true);
        thread.start();
        try {
            return status.get(grace.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            http.disconnect();
            throw tooSlow();
        } catch (InterruptedException e) {
            http.disconnect();
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause().getMessage(), e.getCause());
        }
    }

    /** Returns a file whose bytes must come in time. */
    InputStream on(InputStream in) {
        long begin = System.nanoTime();
        return new FilterInputStream(in) {

            private long received;

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] bytes, int from, int length) throws IOException {
                int n = in.read(bytes, from, length);
                received += Math.max(n, 0);
                double beyond = (System.nanoTime() - begin - grace.toNanos()) / 1e9;
                if (n >= 0 && beyond * bytesPerSecond > received) {
                    throw tooSlow();
                }
                return n;
            }
        };
    }

    private static SocketTimeoutException tooSlow() {
        return new SocketTimeoutException("the server is too slow");
    }
}
