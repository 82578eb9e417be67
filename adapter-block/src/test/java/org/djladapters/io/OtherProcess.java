/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another process that takes something, says so, and keeps it until it is ended. */
final class OtherProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader out;

    private OtherProcess(Process process) {
        this.process = process;
        out = process.inputReader();
    }

    static OtherProcess start(Path temporary, String... args) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtherProcess.class.getName());
        builder.command().addAll(List.of(args));
        return new OtherProcess(builder.redirectError(ProcessBuilder.Redirect.INHERIT).start());
    }

    /** Runs in the other process. */
    public static void main(String[] args) throws Exception {
        Path path = Path.of(args[1]);
        switch (args[0]) {
            case "lock" -> say(WriteLock.tryTake(path).isPresent() ? "taken" : "refused");
            case "temporary" -> {
                TemporaryFolder folder = TemporaryFolder.create();
                Files.writeString(folder.path().resolve("model.pt"), "much");
                say(folder.path().toString());
            }
            case "write" -> {
                AtomicFiles.writeDirectory(
                        path,
                        "config",
                        older -> true,
                        made -> {
                            Files.writeString(made.resolve("config"), "newer");
                            say("writing");
                            sleep();
                        });
            }
            default -> throw new IllegalArgumentException(args[0]);
        }
        sleep();
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private static void sleep() {
        try {
            Thread.sleep(60_000);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for what it says. */
    String said() throws IOException {
        return out.readLine();
    }

    void kill() {
        process.destroyForcibly().onExit().join();
    }

    void terminate() {
        process.destroy();
        process.onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
