/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HubTest {

    private static final int SIZE = 3;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> events = new ArrayList<>();
    private Hub hub;
    private Future<String> served;

    @BeforeEach
    void open() throws IOException {
        hub = Hub.open("localhost", SIZE);
        served = threads.submit(() -> hub.serve(events::add));
    }

    @AfterEach
    void close() throws IOException {
        hub.close();
        threads.shutdownNow();
    }

    /** What a member does. */
    @FunctionalInterface
    private interface Part<R> {
        R of(HubMember member) throws IOException;
    }

    private <R> List<Future<R>> members(Part<R> part) {
        List<Future<R>> all = new ArrayList<>();
        for (int i = SIZE - 1; i >= 0; i--) { // they may come in any order
            int rank = i;
            all.add(0, threads.submit(() -> run(rank, part)));
        }
        return all;
    }

    private <R> R run(int rank, Part<R> part) throws IOException {
        try (HubMember member = HubMember.join(hub.address(), rank, SIZE)) {
            return part.of(member);
        }
    }

    @Test
    void allGetTheSumAndWhatTheFirstSends() throws Exception {
        List<Future<String>> members =
                members(
                        member -> {
                            float[] values = {member.rank(), 1f / 3};
                            member.allReduce(values);
                            byte[] own = ("of " + member.rank()).getBytes(StandardCharsets.UTF_8);
                            String first =
                                    new String(member.broadcast(own), StandardCharsets.UTF_8);
                            if (member.rank() == 0) {
                                member.tell("step 1");
                            }
                            member.allReduce(values);
                            member.end("result of " + member.rank());
                            return values[0] + ", " + values[1] + ", " + first;
                        });

        for (Future<String> member : members) {
            assertThat(member.get()).isEqualTo("9.0, 3.0, of 0");
        }
        assertThat(served.get()).isEqualTo("result of 0");
        assertThat(events).containsExactly("step 1");
    }

    @Test
    void theFailureOfAMemberEndsTheOthers() {
        List<Future<String>> members =
                members(
                        member -> {
                            if (member.rank() == 1) {
                                member.fail("the disk is full");
                            } else {
                                member.allReduce(new float[1]);
                            }
                            return "";
                        });

        assertThatThrownBy(served::get)
                .cause()
                .isInstanceOf(Hub.MemberException.class)
                .hasMessage("the disk is full");
        assertOthersEnd(members.get(0));
    }

    @Test
    void aMemberThatIsLostEndsTheOthers() {
        List<Future<String>> members =
                members(
                        member -> {
                            if (member.rank() != 1) {
                                member.allReduce(new float[1]);
                            }
                            return "";
                        });

        assertThatThrownBy(served::get)
                .cause()
                .isInstanceOf(IOException.class)
                .isNotInstanceOf(Hub.MemberException.class);
        assertOthersEnd(members.get(0));
    }

    private void assertOthersEnd(Future<String> member) {
        assertThat(hub).satisfies(Hub::close);
        assertThatThrownBy(member::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void whoDoesNotKnowTheSecretIsNoMember() throws Exception {
        Hub.Address address = hub.address();
        Hub.Address guessed = new Hub.Address(address.host(), address.port(), "00".repeat(32));
        try (HubMember stranger = HubMember.join(guessed, 0, SIZE);
                Socket other = new Socket(address.host(), address.port())) {
            other.getOutputStream()
                    .write(
                            "GET / HTTP/1.1\r\nHost: a\r\n\r\n-----"
                                    .getBytes(StandardCharsets.UTF_8));
            try (Socket gone = new Socket(address.host(), address.port())) {
                gone.setSoLinger(true, 0); // its end is a reset, as a port scanner's
            }
            List<Future<String>> members =
                    members(
                            member -> {
                                member.end("");
                                return "done";
                            });
            for (Future<String> member : members) {
                assertThat(member.get()).isEqualTo("done");
            }
            assertThat(served.get()).isEmpty();
            assertThatThrownBy(() -> stranger.allReduce(new float[1]))
                    .isInstanceOf(IOException.class);
        }
        assertThat(address.toString()).doesNotContain(address.secret());
    }

    @Test
    void anAddressOfAnotherMachineIsRefused() {
        assertThatThrownBy(() -> Hub.open("192.0.2.1", SIZE)) // is kept free for examples
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("'192.0.2.1' is no address of this machine (")
                .hasMessageEndingWith(
                        "; name one that the other machines reach, by -Dspark.driver.host");
    }

    @Test
    void aMemberThatCanNotConnectSaysWhere() throws IOException {
        hub.close();
        // a port takes connections for as long as a thread waits at it
        assertThatThrownBy(served::get).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(() -> HubMember.join(hub.address(), 0, SIZE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("The training can't be reached at localhost:")
                .hasMessageContaining("; let all machines connect");
    }
}
