/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.model.AdaptedModel;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Precision;
import org.djladapters.task.TaskBatch;
import org.djladapters.task.TaskModel;

/**
 * Measures servers of many customers' adapters, and the library without a server, with the same
 * texts: 3 to 150 words, half of them up to 21, each for a customer drawn at random.
 *
 * <pre>
 * Serving.java library MODEL ADAPTERS PRECISION THREADS SECONDS
 * Serving.java serve|djl URL ADAPTERS PID CLIENTS SECONDS
 * </pre>
 *
 * The first embeds batches of 32 texts in each of some threads. The second is so many clients, each
 * of which sends one text after another to a server, whose processor time and memory are those of
 * the process PID. Prints a row of a table. The first fifth of the time warms up.
 */
public final class Serving {

    private static final int BATCH = 32;
    private static final double LONGEST = 150.0;
    private static final double SHORTEST = 3.0;
    private static final String[] WORDS =
            ("the parcel has not come yet my bill is wrong and nobody answers where can people find"
                            + " a good room near the old station please change this address or send"
                            + " money back after an update the printer does not start again")
                    .split(" ");

    private Serving() {}

    /** Measures one of the candidates above. */
    public static void main(String[] args) throws Exception {
        System.out.println(
                args[0].equals("library")
                        ? library(args)
                        : clients(args[0].equals("djl"), URI.create(args[1]), args));
        System.exit(0);
    }

    private static String text(SplittableRandom random) {
        int words = (int) (SHORTEST * Math.pow(LONGEST / SHORTEST, random.nextDouble()));
        return IntStream.range(0, words)
                .mapToObj(i -> WORDS[random.nextInt(WORDS.length)])
                .collect(Collectors.joining(" "));
    }

    private static List<String> names(Path adapters) throws IOException {
        try (Stream<Path> folders = Files.list(adapters)) {
            return folders.filter(folder -> Files.exists(folder.resolve("adapter_config.json")))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** What a thread has done: the milliseconds of requests, and the requests that failed. */
    private record Done(List<Double> times, Map<String, Integer> failures) {}

    private static String library(String[] args) throws Exception {
        Path adapters = Path.of(args[2]);
        int threads = Integer.parseInt(args[4]);
        OpenOptions options =
                OpenOptions.builder().optPrecision(Precision.of(args[3])).build();
        try (AdaptedModel model = AdaptedModel.open(Path.of(args[1]), options)) {
            List<TaskModel<String, float[]>> tasks = new ArrayList<>();
            for (String name : names(adapters)) {
                AdapterDirectory.load(model, name, adapters.resolve(name));
                tasks.add(TaskModel.beside(model, String.class, float[].class, name));
            }
            model.activate();
            return measure(
                    "library, " + threads + " threads, batches of " + BATCH,
                    ProcessHandle.current(),
                    threads,
                    Double.parseDouble(args[5]),
                    BATCH,
                    random -> {
                        TaskBatch batch = new TaskBatch();
                        List<TaskBatch.Part<float[]>> parts = new ArrayList<>();
                        for (int i = 0; i < BATCH; i++) {
                            TaskModel<String, float[]> task = tasks.get(random.nextInt(tasks.size()));
                            parts.add(batch.add(task, List.of(text(random))));
                        }
                        batch.run();
                        for (TaskBatch.Part<float[]> part : parts) {
                            part.get();
                        }
                        return "";
                    });
        }
    }

    private static String clients(boolean djl, URI url, String[] args) throws Exception {
        List<String> names = names(Path.of(args[2]));
        ProcessHandle server = ProcessHandle.of(Long.parseLong(args[3])).orElseThrow();
        int clients = Integer.parseInt(args[4]);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        return measure(
                args[0] + ", " + clients + " clients",
                server,
                clients,
                Double.parseDouble(args[5]),
                1,
                random -> {
                    JsonObject request = new JsonObject();
                    JsonArray inputs = new JsonArray();
                    inputs.add(text(random));
                    request.addProperty("adapter", names.get(random.nextInt(names.size())));
                    request.add("inputs", inputs);
                    HttpResponse<Void> response =
                            client.send(
                                    HttpRequest.newBuilder(djl ? url : url.resolve("/predict"))
                                            .header("Content-Type", "application/json")
                                            .POST(
                                                    HttpRequest.BodyPublishers.ofString(
                                                            request.toString()))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding());
                    return response.statusCode() == 200 ? "" : "" + response.statusCode();
                });
    }

    /** Does something once, and returns why it failed, or nothing. */
    @FunctionalInterface
    private interface Step {
        String run(SplittableRandom random) throws Exception;
    }

    private static String measure(
            String name, ProcessHandle process, int threads, double seconds, int texts, Step step)
            throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        run(pool, threads, seconds / 5, step, 0);
        double cpu = cpu(process);
        long start = System.nanoTime();
        List<Done> all = run(pool, threads, seconds, step, 1000);
        double wall = (System.nanoTime() - start) / 1e9;
        double used = cpu(process) - cpu;
        List<Double> times = all.stream().flatMap(done -> done.times().stream()).sorted().toList();
        Map<String, Integer> failures = new TreeMap<>();
        all.forEach(done -> done.failures().forEach((k, v) -> failures.merge(k, v, Integer::sum)));
        int answered = times.size() * texts;
        return "| %s | %.1f | %.1f | %.1f | %.2f | %s | %s |"
                .formatted(
                        name,
                        answered / wall,
                        times.get(times.size() / 2),
                        times.get((int) (0.99 * times.size())),
                        1000 * used / answered,
                        memory(process),
                        failures.isEmpty() ? "none" : failures);
    }

    private static List<Done> run(
            ExecutorService pool, int threads, double seconds, Step step, int seed)
            throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        List<Callable<Done>> jobs = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            jobs.add(
                    () -> {
                        Done done = new Done(new ArrayList<>(), new TreeMap<>());
                        while (System.nanoTime() < end) {
                            long start = System.nanoTime();
                            String failure = step.run(random);
                            if (failure.isEmpty()) {
                                done.times().add((System.nanoTime() - start) / 1e6);
                            } else {
                                done.failures().merge(failure, 1, Integer::sum);
                            }
                        }
                        return done;
                    });
        }
        List<Done> all = new ArrayList<>();
        for (Future<Done> future : pool.invokeAll(jobs)) {
            all.add(future.get());
        }
        return all;
    }

    private static double cpu(ProcessHandle process) {
        return process.info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }

    /** Returns the memory that a process has now, and the most that it had, in MiB. */
    private static String memory(ProcessHandle process) throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"));
        return Stream.of("VmRSS:", "VmHWM:")
                .map(
                        name ->
                                lines.stream()
                                        .filter(line -> line.startsWith(name))
                                        .map(line -> line.replaceAll("\\D", ""))
                                        .mapToLong(kib -> Long.parseLong(kib) / 1024)
                                        .sum())
                .map(String::valueOf)
                .collect(Collectors.joining(", at most "));
    }
}
