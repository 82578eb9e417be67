/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.bench.Benchmark;
import org.djladapters.examples.bench.BenchmarkResult;
import org.djladapters.examples.bench.Growth;
import org.djladapters.examples.bench.ModelComparison;
import org.djladapters.examples.bench.ServingBenchmark;
import org.djladapters.examples.bench.ServingResult;
import org.djladapters.examples.bench.StockBenchmark;
import org.djladapters.examples.bench.StockExport;
import org.djladapters.hub.OpenOptions;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.Flops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what a method costs compared with the frozen base model. */
@Command(
        name = "bench",
        header = {
            "Measures what training and prediction with an adapter cost,"
                    + " compared with the frozen base model and with DJL alone.",
            "",
            "  adapters bench --model model --orders 1,2 --block-size 64",
            "  adapters bench --shape bert-base --method lora --output bench.jsonl",
            "  adapters bench --url http://127.0.0.1:8080 --clients 1,8,64 --seconds 20",
            ""
        },
        description = {
            "Everything that is compared is measured interleaved in one"
                    + " process; memory is measured in a separate process for each.",
            "The last line is the result as JSON."
        })
final class BenchCommand implements Callable<Integer> {

    private static final String GROWTH = "--growth";
    private static final String MAX_WIDTH = "--max-width";
    private static final String ROUNDS = "--rounds";
    private static final String THREADS = "--threads";

    private static final String ADAPTERS = "--adapters";

    private static final String AGAINST = "--against";

    private static final int GROWTH_ROUNDS = 5;
    private static final int DEFAULT_BATCH = 16;
    private static final int DEFAULT_ROUNDS = 10;

    @Spec private CommandSpec spec;

    @Mixin private ModelSource source;

    @Mixin private FileAccessOption access;

    @Mixin private ProductOptions products;

    @Mixin private CheckpointingOption checkpointing;

    @Mixin private MethodOptions method;

    @Mixin private LoadOptions load;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(names = "--batch", paramLabel = "N", description = "Rows per batch. Default: 16.")
    private Integer batch;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = "--length",
            paramLabel = "N",
            description = "Tokens per row, for text models. Default: 64.")
    private Integer length;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = ROUNDS,
            paramLabel = "N",
            description = "How often everything is timed. Default: 10, with --growth 5.")
    private Integer rounds;

    @OptionGroup.In(OptionGroup.COMPUTATION)
    @Option(
            names = THREADS,
            paramLabel = "N",
            description = "Threads of the engine for one operation. Default: the engine decides.")
    private Integer threads;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(names = "--no-memory", description = "Leave out the measurement of memory.")
    private boolean withoutMemory;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = "--no-stock",
            description =
                    "Leave out the measurement of the export in DJL alone, which needs"
                            + " the weights in memory a second time. Of a HuggingFace checkpoint"
                            + " an export is written for it.")
    private boolean withoutStock;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "File to which the JSON line is appended. Default: none.")
    private Path output;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = GROWTH,
            paramLabel = "DIR",
            description =
                    "Measure instead how the cost of compound adapters grows with the"
                            + " width of an encoder, the blocks and orders, the adapted layers"
                            + " and the tokens; write results and pictures to this folder."
                            + " Results that the folder already holds are not measured again.")
    private Path growth;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = MAX_WIDTH,
            paramLabel = "N",
            description = "With --growth: leave out wider encoders. Default: 8192.")
    private Integer maxWidth;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = ADAPTERS,
            paramLabel = "N",
            description =
                    "Measure instead what it costs to serve N adapters: loading, memory, and a"
                            + " batch whose rows name their adapters, compared with other ways.")
    private Integer adapters;

    @OptionGroup.In(OptionGroup.MEASUREMENT)
    @Option(
            names = AGAINST,
            paramLabel = "MODEL",
            description =
                    "Measure instead predictions and training steps of the model compared with"
                            + " the same model in another form, such as an export of it. Default:"
                            + " none.")
    private String against;

    @Option(names = PeakProcess.OPTION, hidden = true)
    private PeakProcess.Steps peak;

    @Option(names = PeakProcess.FIRST, hidden = true)
    private String peakDownTo;

    @Override
    public Integer call() throws IOException {
        if (growth != null) {
            measureGrowth();
            return 0;
        }
        Optional<URI> server = load.server();
        if (server.isPresent()) {
            requireWritable();
            LoadReport report = load.measure(server.get());
            report.table().print(spec.commandLine().getOut());
            append(report.line().toString());
            return 0;
        }
        Benchmark.Builder builder = benchmark();
        requireWritable();
        setThreads();
        try (ModelSource.Folder folder = source.folder()) {
            if (adapters != null) {
                measureServing(folder.path());
            } else if (against != null) {
                measureAgainst(folder.path());
            } else if (peak == null) {
                measure(builder, folder.path());
            } else {
                measurePeak(builder, folder.path());
            }
        }
        return 0;
    }

    private void measureGrowth() throws IOException {
        Set<String> fitting = Set.of(GROWTH, MAX_WIDTH, ROUNDS, THREADS, "--verbose");
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            if (!fitting.contains(option.longestName())) {
                throw new ParameterException(
                        spec.commandLine(),
                        "%s measures methods of its own; leave out %s"
                                .formatted(GROWTH, option.longestName()));
            }
        }
        try {
            requirePositive("rounds", rounds);
            requirePositive("threads", threads);
            setThreads();
            List<Path> pictures =
                    Growth.run(
                            growth,
                            maxWidth == null ? Integer.MAX_VALUE : maxWidth,
                            rounds == null ? GROWTH_ROUNDS : rounds,
                            new TextProgress(spec.commandLine().getErr(), false));
            pictures.forEach(spec.commandLine().getOut()::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private static void requirePositive(String what, Integer number) {
        if (number != null && number < 1) {
            throw new IllegalArgumentException(
                    "The number of %s must be at least 1, got %d".formatted(what, number));
        }
    }

    private Benchmark.Builder benchmark() {
        AdapterConfig config = method.config();
        products.check();
        try {
            source.check();
            Benchmark.Builder builder =
                    Benchmark.builder().setMethods(Map.of(config.method(), config));
            if (batch != null) {
                builder.optBatch(batch);
            }
            if (length != null) {
                builder.optLength(length);
            }
            if (rounds != null) {
                builder.optRounds(rounds);
            }
            requirePositive("threads", threads);
            requirePositive("adapters", adapters);
            if (adapters != null && against != null) {
                throw new IllegalArgumentException(
                        "Give either %s or %s, not both".formatted(ADAPTERS, AGAINST));
            }
            if (maxWidth != null) {
                throw new IllegalArgumentException(MAX_WIDTH + " goes with " + GROWTH);
            }
            return builder;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private void requireWritable() throws IOException {
        if (output == null) {
            return;
        }
        Path parent = output.toAbsolutePath().getParent();
        if (parent == null || Files.isDirectory(output)) {
            throw new IOException("'" + output + "' is a folder; give the path of a file");
        }
        if (!Files.isDirectory(parent)) {
            throw new NoSuchFileException(parent.toString());
        }
    }

    private void setThreads() {
        PyTorch.engine();
        if (threads != null) {
            JniUtils.setNumThreads(threads);
        }
    }

    private void measure(Benchmark.Builder builder, Path folder) throws IOException {
        if (withoutStock) {
            measure(builder, folder, Optional.empty());
            return;
        }
        try (StockExport export = StockExport.of(folder)) {
            builder.optStock(export.directory());
            measure(builder, folder, Optional.of(export.directory()));
        }
    }

    private void measure(Benchmark.Builder builder, Path folder, Optional<Path> export)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        BenchmarkResult result;
        Optional<Flops> flops;
        Matmul matmul;
        try (AdaptedModel model = access.open(folder, products, checkpointing)) {
            builder.optListener(new TextProgress(err, Help.Ansi.AUTO.enabled()));
            result = builder.setModel(model).build().run();
            flops = flops(model, result);
            matmul = model.matmul();
        }
        String first = result.methods().get(method.config().method()).firstParameter();
        OptionalLong stockPeak =
                export.isPresent()
                        ? peak(PeakProcess.Steps.STOCK, first, export.get(), err)
                        : OptionalLong.empty();
        OptionalLong frozenPeak = peak(PeakProcess.Steps.FROZEN, first, folder, err);
        OptionalLong adapterPeak = peak(PeakProcess.Steps.ADAPTER, first, folder, err);
        BenchReport report =
                new BenchReport(
                        source,
                        result,
                        flops,
                        matmul,
                        JniUtils.getNumThreads(),
                        stockPeak,
                        frozenPeak,
                        adapterPeak);
        report.table().print(out);
        append(report.line().toString());
    }

    private void measureServing(Path folder) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ServingResult result;
        Matmul matmul;
        try (AdaptedModel model = access.open(folder, products)) {
            result =
                    ServingBenchmark.run(
                            model,
                            method.config(),
                            adapters,
                            batch == null ? DEFAULT_BATCH : batch,
                            length == null ? OptionalInt.empty() : OptionalInt.of(length),
                            rounds == null ? DEFAULT_ROUNDS : rounds,
                            round -> err.println("round " + round));
            matmul = model.matmul();
        }
        ServingReport report =
                new ServingReport(
                        source, method.config(), matmul, JniUtils.getNumThreads(), result);
        report.table().print(out);
        append(report.line().toString());
    }

    private void measureAgainst(Path folder) throws IOException {
        PrintWriter err = spec.commandLine().getErr();
        int rows = batch == null ? DEFAULT_BATCH : batch;
        ModelComparison result;
        Matmul matmul;
        try (AdaptedModel model = access.open(folder, products);
                AdaptedModel other = access.open(Locations.model(against, spec), products)) {
            if (products.matmul() == null) {
                other.setMatmul(model.matmul());
            }
            result =
                    ModelComparison.run(
                            model,
                            other,
                            method.config(),
                            rows,
                            length == null ? OptionalInt.empty() : OptionalInt.of(length),
                            rounds == null ? DEFAULT_ROUNDS : rounds,
                            round -> err.println("round " + round));
            matmul = model.matmul();
        }
        AgainstReport report =
                new AgainstReport(
                        source,
                        against,
                        method.config(),
                        matmul,
                        JniUtils.getNumThreads(),
                        rows,
                        result);
        report.table().print(spec.commandLine().getOut());
        append(report.line().toString());
    }

    private void append(String line) throws IOException {
        spec.commandLine().getOut().println(line);
        if (output != null) {
            Files.writeString(
                    output, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    /** What a token takes, for models of text. */
    private Optional<Flops> flops(AdaptedModel model, BenchmarkResult result) {
        OptionalInt rowTokens = result.length();
        return rowTokens.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        Flops.of(
                                model.spec(),
                                method.config(),
                                result.batchSize() * rowTokens.getAsInt()));
    }

    private OptionalLong peak(PeakProcess.Steps steps, String first, Path folder, PrintWriter err)
            throws IOException {
        if (withoutMemory) {
            return OptionalLong.empty();
        }
        err.println("memory: " + steps.words());
        List<String> arguments = spec.root().commandLine().getParseResult().originalArgs();
        return new PeakProcess(ModelSource.repeated(arguments, folder)).measure(steps, first, err);
    }

    /**
     * What the process of its own does: one line with the largest size, if the system reports it.
     */
    private void measurePeak(Benchmark.Builder builder, Path folder) throws IOException {
        if (peak == PeakProcess.Steps.STOCK) {
            spec.commandLine().getOut().println(PeakProcess.line(stockPeak(folder)));
            return;
        }
        try (AdaptedModel model = access.open(folder, products, checkpointing)) {
            Benchmark benchmark = builder.setModel(model).build();
            String name = method.config().method();
            OptionalLong bytes =
                    peak == PeakProcess.Steps.FROZEN
                            ? benchmark.frozenPeakMemory(name)
                            : benchmark.peakMemory(name);
            spec.commandLine().getOut().println(PeakProcess.line(bytes));
        }
    }

    private OptionalLong stockPeak(Path folder) throws IOException {
        return StockBenchmark.peakMemory(
                folder,
                OpenOptions.builder().optAllowFileAccess(access.allowed()).build(),
                peakDownTo,
                batch == null ? DEFAULT_BATCH : batch,
                length == null ? OptionalInt.empty() : OptionalInt.of(length),
                rounds == null ? DEFAULT_ROUNDS : rounds);
    }
}
