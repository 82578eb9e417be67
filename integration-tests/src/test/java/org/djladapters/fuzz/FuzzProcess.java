/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Gives files to readers, case by case, in a process of its own: the native engine may end it. What
 * a case is follows from the seed and its number alone.
 */
final class FuzzProcess {

    /** The number of the case at hand; it tells which one ended the process. */
    static final String PROGRESS = "case";

    /** A line that begins so tells of a case that went wrong. */
    static final String FAILURE = "FAILED case ";

    private static final long CASE_SECONDS = 60;

    private final long seed;
    private final Path folder;
    private final AtomicLong started = new AtomicLong(System.nanoTime());

    private FuzzProcess(long seed, Path folder) {
        this.seed = seed;
        this.folder = folder;
    }

    /**
     * Runs cases.
     *
     * @param arguments the seed, the first case, the case after the last, the seconds after which
     *     no case is begun, and a folder to work in
     */
    public static void main(String[] arguments) throws Exception {
        FuzzProcess process = new FuzzProcess(Long.parseLong(arguments[0]), Path.of(arguments[4]));
        process.run(
                Long.parseLong(arguments[1]),
                Long.parseLong(arguments[2]),
                TimeUnit.SECONDS.toNanos(Long.parseLong(arguments[3])));
    }

    private void run(long first, long end, long nanos) throws Exception {
        Path work = Files.createDirectories(folder.resolve("work"));
        long begun = System.nanoTime();
        try (Targets targets = new Targets(Files.createTempDirectory(folder, "given"))) {
            watch();
            for (long number = first; number < end; number++) {
                if (System.nanoTime() - begun > nanos) {
                    return;
                }
                Files.writeString(folder.resolve(PROGRESS), Long.toString(number));
                started.set(System.nanoTime());
                Target target = targets.all().get((int) (number % targets.all().size()));
                String wrong = attempt(target, number, work);
                if (wrong != null) {
                    System.out.println(FAILURE + number + " (" + target.name() + "): " + wrong);
                }
                empty(work);
            }
            Files.writeString(folder.resolve(PROGRESS), Long.toString(end));
        }
    }

    /** Returns what is wrong with how a file was read, null if nothing is. */
    private String attempt(Target target, long number, Path work) {
        try {
            target.attempt(new Random(31 * seed + number), work);
            return null;
        } catch (IOException | IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            if (message.isBlank() || message.chars().anyMatch(Character::isISOControl)) {
                return describe(e) + " (is no line)";
            }
            return message.contains(work.toString()) ? null : describe(e) + " (names no file)";
        } catch (Target.UseException e) {
            return e.getCause() instanceof NullPointerException
                            || e.getCause() instanceof IndexOutOfBoundsException
                            || e.getCause() instanceof ClassCastException
                    ? describe(e.getCause())
                    : null;
        } catch (RuntimeException | Error e) {
            return describe(e);
        }
    }

    private static String describe(Throwable thrown) {
        List<StackTraceElement> trace = List.of(thrown.getStackTrace());
        return thrown.toString().replaceAll("\\p{Cntrl}", "?")
                + " at "
                + trace.stream()
                        .filter(e -> e.getClassName().startsWith("org.djladapters"))
                        .findFirst()
                        .map(Object::toString)
                        .orElse("");
    }

    /** Ends the process when a case does not end. */
    private void watch() {
        Thread watch =
                new Thread(
                        () -> {
                            while (System.nanoTime() - started.get()
                                    < TimeUnit.SECONDS.toNanos(CASE_SECONDS)) {
                                try {
                                    Thread.sleep(1000);
                                } catch (InterruptedException e) {
                                    return;
                                }
                            }
                            System.out.println("A case took longer than " + CASE_SECONDS + " s.");
                            Runtime.getRuntime().halt(3);
                        },
                        "watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static void empty(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(folder)) {
                    Files.delete(file);
                }
            }
        }
    }
}
