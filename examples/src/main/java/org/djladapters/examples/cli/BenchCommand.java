/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.jni.JniUtils;
import java.io.IOException;
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
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.bench.Arguments;
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
import org.djladapters.matmul.Precision;
import org.djladapters.model.AdaptedModel;
import org.djladapters.tuning.Flops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Measures the cost of a method compared with the frozen base model. */
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
                    + " process; memory is measured in a separate process for each."
                    + " Without --precision, float32 and bfloat16 are measured beside each"
                    + " other, and with --adapters and --against float32 alone.",
            "The last line is the result as JSON."
        })
@OptionGroup.In(OptionGroup.MEASUREMENT)
final class BenchCommand extends ProgramCommand {

    private static final String GROWTH = "--growth";
    private static final String MAX_WIDTH = "--max-width";
    private static final String ROUNDS = "--rounds";
    private static final String THREADS = "--threads";

    private static final String ADAPTERS = "--adapters";

    private static final String AGAINST = "--against";

    private static final int GROWTH_ROUNDS = 5;
    private static final int DEFAULT_ROUNDS = 10;

    @Mixin private ModelSource source;

    @Mixin private FileAccessOption access;

    @Mixin private ProductOptions products;

    @Mixin private CheckpointingOption checkpointing;

    @Mixin private MethodOptions method;

    @Mixin private LoadOptions load;

    @Option(names = "--batch", paramLabel = "N", description = "Rows per batch. Default: 16.")
    private int batch = 16;

    @Option(
            names = "--length",
            paramLabel = "N",
            description = "Tokens per row, for text models. Default: 64.")
    private Integer length;

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

    @Option(names = "--no-memory", description = "Leave out the measurement of memory.")
    private boolean withoutMemory;

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

    @Option(
            names = GROWTH,
            paramLabel = "DIR",
            description =
                    "Measure instead how the cost of compound adapters grows with the"
                            + " width of an encoder, the blocks and orders, the adapted layers"
                            + " and the tokens; write results and pictures to this folder."
                            + " Results that the folder already holds are not measured again.")
    private Path growth;

    @Option(
            names = MAX_WIDTH,
            paramLabel = "N",
            description = "With --growth: leave out wider encoders. Default: 8192.")
    private Integer maxWidth;

    @Option(
            names = ADAPTERS,
            paramLabel = "N",
            description =
                    "Measure instead what it costs to serve N adapters: loading, memory, and a"
                            + " batch whose rows name their adapters, compared with other ways.")
    private Integer adapters;

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

    /** Why bfloat16 is not measured, if the user did not choose that. */
    private String leftOut;

    @Override
    public Integer call() throws IOException {
        if (growth != null) {
            measureGrowth();
            return 0;
        }
        Optional<URI> server = load.server();
        if (server.isPresent()) {
            requireWritable();
            show(load.measure(server.get()));
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
                OptionalLong bytes = measurePeak(builder, folder.path());
                out().println(PeakProcess.line(bytes));
            }
        }
        return 0;
    }

    private void measureGrowth() throws IOException {
        Usage.requireOnly(
                spec(),
                Set.of(GROWTH, MAX_WIDTH, ROUNDS, THREADS, "--verbose"),
                GROWTH + " measures methods of its own");
        int number = checked(() -> Arguments.positive("number of rounds", rounds(GROWTH_ROUNDS)));
        checked(() -> Arguments.positive("number of threads", threads == null ? 1 : threads));
        setThreads();
        try {
            Growth.run(
                            growth,
                            maxWidth == null ? Integer.MAX_VALUE : maxWidth,
                            number,
                            new TextProgress(err(), false))
                    .forEach(out()::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec().commandLine(), e.getMessage(), e);
        }
    }

    private int rounds(int otherwise) {
        return rounds == null ? otherwise : rounds;
    }

    private OptionalInt length() {
        return length == null ? OptionalInt.empty() : OptionalInt.of(length);
    }

    private Benchmark.Builder benchmark() {
        AdapterConfig config = method.config();
        products.withoutTrial().check();
        return checked(
                () -> {
                    source.check();
                    Benchmark.Builder builder =
                            Benchmark.builder()
                                    .setMethods(Map.of(config.method(), config))
                                    .optBatch(batch)
                                    .optRounds(rounds(DEFAULT_ROUNDS));
                    Usage.ifGiven(length, builder::optLength);
                    Usage.ifGiven(threads, n -> Arguments.positive("number of threads", n));
                    Usage.ifGiven(adapters, n -> Arguments.positive("number of adapters", n));
                    if (adapters != null && against != null) {
                        throw wrong("Give either %s or %s, not both".formatted(ADAPTERS, AGAINST));
                    }
                    if (maxWidth != null) {
                        throw wrong(MAX_WIDTH + " goes with " + GROWTH);
                    }
                    return builder;
                });
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
        Usage.ifGiven(threads, JniUtils::setNumThreads);
        Warnings.printLoad(JniUtils.getNumThreads(), err());
    }

    private void measure(Benchmark.Builder builder, Path folder) throws IOException {
        if (withoutStock) {
            measure(builder, folder, Optional.empty());
            return;
        }
        try (StockExport export = StockExport.of(folder, access.tower())) {
            builder.optStock(export.directory());
            measure(builder, folder, Optional.of(export.directory()));
        }
    }

    private void measure(Benchmark.Builder builder, Path folder, Optional<Path> export)
            throws IOException {
        BenchmarkResult result;
        Optional<Flops> flops;
        Conditions conditions;
        Optional<Conditions> others = Optional.empty();
        try (AdaptedModel model = access.open(folder, products, checkpointing);
                AdaptedModel other = inBfloat16(folder, model)) {
            builder.optListener(new TextProgress(err(), Help.Ansi.AUTO.enabled()));
            Usage.ifGiven(other, builder::optOther);
            result = builder.setModel(model).build().run();
            flops = flops(model, result);
            conditions = Conditions.of(model);
            if (other != null) {
                others = Optional.of(Conditions.of(other));
            }
        }
        String first = result.methods().get(method.config().method()).firstParameter();
        OptionalLong stockPeak =
                export.isPresent()
                        ? peak(PeakProcess.Steps.STOCK, conditions, first, export.get())
                        : OptionalLong.empty();
        MeasuredPrecision measured =
                measured(conditions, result, stockPeak, first, folder, Optional.empty());
        Optional<MeasuredPrecision> second = Optional.empty();
        if (others.isPresent()) {
            second =
                    Optional.of(
                            measured(
                                    others.get(),
                                    result.other().orElseThrow().result(),
                                    stockPeak,
                                    first,
                                    folder,
                                    Optional.of(measured)));
        }
        show(new BenchReport(source, flops, measured, second, Optional.ofNullable(leftOut)));
    }

    private MeasuredPrecision measured(
            Conditions conditions,
            BenchmarkResult result,
            OptionalLong stockPeak,
            String first,
            Path folder,
            Optional<MeasuredPrecision> beside)
            throws IOException {
        return new MeasuredPrecision(
                conditions,
                result,
                stockPeak,
                peak(PeakProcess.Steps.FROZEN, conditions, first, folder),
                peak(PeakProcess.Steps.ADAPTER, conditions, first, folder),
                beside);
    }

    /** Opens the model that is measured beside the one in float32; null if there is none. */
    private AdaptedModel inBfloat16(Path folder, AdaptedModel model) {
        if (products.choosesType() || model.precision() != DataType.FLOAT32) {
            return null;
        }
        try {
            return access.open(
                    folder,
                    products,
                    checkpointing,
                    // a way of products is for float32
                    options -> options.optPrecision(Precision.BFLOAT16).optMatmul(null));
        } catch (IllegalArgumentException
                | IllegalStateException
                | EngineException
                | IOException e) {
            // it was opened in float32 before, so this is about the precision
            leftOut = "bfloat16 is left out: " + ErrorLine.oneLine(e.getMessage());
            return null;
        }
    }

    private void measureServing(Path folder) throws IOException {
        ServingReport report;
        try (AdaptedModel model = access.open(folder, products)) {
            ServingResult result =
                    ServingBenchmark.run(
                            model,
                            method.config(),
                            adapters,
                            batch,
                            length(),
                            rounds(DEFAULT_ROUNDS),
                            this::showRound);
            report = new ServingReport(source, method.config(), Conditions.of(model), result);
        }
        show(report);
    }

    private void measureAgainst(Path folder) throws IOException {
        AgainstReport report;
        try (AdaptedModel model = access.open(folder, products);
                AdaptedModel other = access.open(Locations.model(against, spec()), products)) {
            if (products.matmul() == null) {
                other.setMatmul(model.matmul());
            }
            ModelComparison result =
                    ModelComparison.run(
                            model,
                            other,
                            method.config(),
                            batch,
                            length(),
                            rounds(DEFAULT_ROUNDS),
                            this::showRound);
            report =
                    new AgainstReport(
                            source, against, method.config(), Conditions.of(model), batch, result);
        }
        show(report);
    }

    private void showRound(int round) {
        err().println("round " + round);
    }

    /** Prints a report, and appends its line to the file that is named. */
    private void show(MeasuredReport report) throws IOException {
        report.heading().forEach(out()::println);
        report.table().print(out());
        String line = report.line().toString();
        out().println(line);
        if (output != null) {
            Files.writeString(
                    output, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }

    /** Counts the operations for a token of text; images have no tokens. */
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

    private OptionalLong peak(
            PeakProcess.Steps steps, Conditions conditions, String first, Path folder)
            throws IOException {
        if (withoutMemory) {
            return OptionalLong.empty();
        }
        err().println("memory: %s, %s".formatted(steps.words(), conditions.name()));
        List<String> arguments = spec().root().commandLine().getParseResult().originalArgs();
        return new PeakProcess(
                        ModelSource.repeated(
                                ProductOptions.repeated(
                                        arguments, conditions.precision(), conditions.matmul()),
                                folder))
                .measure(steps, first, err());
    }

    /** Measures the memory of this process, which was started for that. */
    private OptionalLong measurePeak(Benchmark.Builder builder, Path folder) throws IOException {
        if (peak == PeakProcess.Steps.STOCK) {
            return StockBenchmark.peakMemory(
                    folder,
                    OpenOptions.builder().optAllowFileAccess(access.allowed()).build(),
                    peakDownTo,
                    batch,
                    length(),
                    rounds(DEFAULT_ROUNDS));
        }
        try (AdaptedModel model = access.open(folder, products, checkpointing)) {
            Benchmark benchmark = builder.setModel(model).build();
            String name = method.config().method();
            return peak == PeakProcess.Steps.FROZEN
                    ? benchmark.frozenPeakMemory(name)
                    : benchmark.peakMemory(name);
        }
    }
}
