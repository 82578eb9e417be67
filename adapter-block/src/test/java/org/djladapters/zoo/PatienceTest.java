/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {

    private static final String HEADER = "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n";
    private static final Patience LITTLE = new Patience(Duration.ofMillis(200), 4096);

    /** Sends some text at once and then a byte every now and then, as long as somebody listens. */
    private static void drip(ServerSocket server, String atOnce) {
        Thread thread =
                new Thread(
                        () -> {
                            try (Socket socket = server.accept();
                                    OutputStream out = socket.getOutputStream()) {
                                out.write(atOnce.getBytes(StandardCharsets.US_ASCII));
                                while (true) {
                                    out.write('a');
                                    out.flush();
                                    Thread.sleep(20);
                                }
                            } catch (IOException | InterruptedException e) {
                                // the client has gone
                            }
                        });
        thread.setDaemon(true);
        thread.start();
    }

    private static RepositorySource source(ServerSocket server) {
        return RepositorySource.of("http://127.0.0.1:" + server.getLocalPort()).with(LITTLE);
    }

    @Test
    void aServerThatDripsIsGivenUp() throws Exception {
        for (String atOnce : new String[] {HEADER, "HTTP/1.1 200 OK\r\nX-Slow: "}) {
            try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                drip(server, atOnce);
                RepositorySource source = source(server);
                assertThatThrownBy(() -> source.read("index.json", 1_000_000))
                        .isInstanceOf(IOException.class)
                        .hasMessage(
                                source.url("index.json")
                                        + " can't be read (the server is too slow); check the URL"
                                        + " and the network, or try again later");
            }
        }
    }

    @Test
    void aServerThatIsFastEnoughIsNot() throws Exception {
        byte[] bytes = new byte[10_000_000];
        bytes[9_999_999] = 7;
        try (InputStream in = new Patience(Duration.ZERO, 1).on(new ByteArrayInputStream(bytes))) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        assertThat(Patience.USUAL.grace()).isGreaterThan(Duration.ofSeconds(30));
    }
}
