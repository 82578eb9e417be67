/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.ndarray.types.DataType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.examples.bench.Processor;
import org.djladapters.hub.OpenOptions;
import org.djladapters.matmul.Matmul;
import org.djladapters.matmul.Precision;
import org.djladapters.matmul.PrecisionTrial;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.kind.RecordedOptions;
import org.djladapters.tuning.ProgressListener;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options for how models compute, which all commands that run models have. */
@OptionGroup.In(OptionGroup.COMPUTATION)
final class ProductOptions implements FileAccessOption.Change {

    private static final String PRECISION = "--precision";
    private static final String FLOAT32 = Precision.FLOAT32.toString();
    private static final String TYPE = "--dtype";
    private static final String MATMUL = "--matmul";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = PRECISION,
            paramLabel = "TYPE",
            description =
                    "Type in which the base model computes, weights and activations: float32,"
                        + " bfloat16 (8 bits of mantissa, half the memory), or auto, which measures"
                        + " whether bfloat16 is at least 1.3 times as fast on this processor. What"
                        + " trains, and what goes in and out, is float32. A TorchScript export is"
                        + " converted to bfloat16 if all its statements are known to be right in 16"
                        + " bits. Default: auto; that of FILE for sweeps; float32 for tensors"
                        + " (--input X.safetensors), methods that use singular vectors, and (but in"
                        + " serve) adapters that were trained in it.")
    private Precision precision;

    private Precision defaultPrecision = Precision.AUTO;

    @Option(
            names = TYPE,
            paramLabel = "TYPE",
            description =
                    "Type in which a HuggingFace checkpoint's weights are kept, for models that"
                            + " take too much memory: float32, bfloat16 or float16, the last two"
                            + " half of it. The model computes in this type, so --precision is"
                            + " decided too. Default: that of --precision, whatever type the"
                            + " weights are stored in.")
    private DataType dataType;

    @Option(
            names = MATMUL,
            paramLabel = "WAY",
            description =
                    "How a CPU computes the float32 matrix products of linear layers: auto"
                            + " measures which way is fastest, mkl is the engine's own, onednn is"
                            + " often faster, and onednn:32 uses oneDNN for products of 32 rows"
                            + " or more; onednn:32:512 does so in backward passes for 512 rows,"
                            + " onednn:32:never not at all. Results differ by rounding. Default:"
                            + " auto.")
    private Matmul matmul;

    /** Why the type is that of before, which nobody chose; null if it is not. */
    private String kept;

    /** Returns the way of products; null if the fastest is to be found. */
    Matmul matmul() {
        return matmul;
    }

    /** Refuses, before files are read, choices that do not go together. */
    void check() {
        OpenOptions.Builder options = OpenOptions.builder();
        addTo(options);
        Usage.checked(command, options::build);
    }

    /** Has a model compute in the type in which an interrupted run began; refuses another one. */
    void resume(Path output, DataType begun) {
        chosen().filter(asked -> asked != begun)
                .ifPresent(
                        asked -> {
                            throw Usage.wrong(
                                    command,
                                    ("The interrupted run of '%s' computes in %s, not in %s; leave"
                                         + " --precision and --dtype out to resume it, or start"
                                         + " over with --no-resume")
                                            .formatted(
                                                    output,
                                                    Precision.nameOf(begun),
                                                    Precision.nameOf(asked)));
                        });
        keep(begun);
    }

    /** Has a model compute in a type as before, unless somebody chose one. */
    void keep(DataType before) {
        // of the types that models compute in, only exports have float64, which have no choice
        if (chosen().isEmpty() && before != DataType.FLOAT64) {
            dataType = before;
            kept = "as it began";
        }
    }

    /**
     * Has a model compute in float32 for an adapter that was trained in it, unless somebody chose a
     * type: what is left open does not round what was not rounded before, and adapters that turn
     * singular vectors need the weights that these were taken from.
     */
    ProductOptions asTrained(Collection<Path> adapters) throws IOException {
        for (Path adapter : adapters) {
            RecordedOptions recorded = RecordedOptions.read(adapter);
            // earlier versions recorded other types alone
            String trained = recorded.text(RecordedOptions.PRECISION).orElse(FLOAT32);
            boolean known = !recorded.values().isEmpty();
            if (!choosesType() && known && trained.equals(FLOAT32)) {
                withoutTrial();
                kept = "as the adapter was trained";
            }
        }
        return this;
    }

    /** The same for the adapter that is given, if any. */
    ProductOptions asTrained(Optional<Path> adapter) throws IOException {
        return asTrained(adapter.stream().toList());
    }

    /** Measures nothing for adapters that need the weights as they are stored. */
    ProductOptions toTrain(AdapterConfig config) {
        return config.usesSingularVectors() ? withoutTrial() : this;
    }

    private Optional<DataType> chosen() {
        boolean open = precision == null || precision == Precision.AUTO;
        return Optional.ofNullable(dataType)
                .or(() -> open ? Optional.empty() : Optional.of(precision.dataType()));
    }

    /**
     * Returns the type that the user named for all runs of a sweep, instead of that of its file.
     */
    Optional<Precision> ofAllRuns() {
        if (precision == Precision.AUTO || dataType != null) {
            throw Usage.wrong(
                    command,
                    "The results of a sweep must not depend on what is faster where it runs; choose"
                            + " --precision float32 or bfloat16, not auto or --dtype");
        }
        return Optional.ofNullable(precision);
    }

    /** Measures nothing unless that is asked for, where numbers are to be compared. */
    ProductOptions withoutTrial() {
        defaultPrecision = null;
        return this;
    }

    /**
     * Has machines that compute together compute in one type, which each might measure otherwise.
     */
    void requireOneType() {
        if (precision == Precision.AUTO) {
            throw Usage.wrong(
                    command,
                    "--precision auto measures, and machines may decide differently; choose"
                            + " float32 or bfloat16 with --spark");
        }
        withoutTrial();
    }

    /** Tells whether the user named the type in which a model computes. */
    boolean choosesType() {
        return precision != null || dataType != null;
    }

    /** Repeats the arguments of a command for a process that computes in the same way. */
    static List<String> repeated(List<String> arguments, DataType type, Matmul matmul) {
        List<String> repeated = Usage.without(arguments, PRECISION, TYPE, MATMUL);
        // an export in float64 has no choice
        if (type != DataType.FLOAT64) {
            repeated.add(TYPE + "=" + Precision.nameOf(type));
        }
        repeated.add(MATMUL + "=" + matmul);
        return repeated;
    }

    @Override
    public void addTo(OpenOptions.Builder options) {
        options.optMatmul(matmul).optPrecision(precision == null ? defaultPrecision : precision);
        Usage.ifGiven(dataType, options::optDataType);
    }

    /** Says what was decided if it was left open, and why; warns if what was chosen is slow. */
    @Override
    public void onOpened(AdaptedModel model) throws IOException {
        if (kept != null && isChoice(model)) {
            note(Precision.nameOf(model.precision()) + " (" + kept + ")");
        }
        model.openOptions().speedup().ifPresent(speedup -> note(PrecisionTrial.describe(speedup)));
        if (chosen().isPresent()) {
            warnIfSlow(model, ProgressOptions.of(command));
        }
    }

    /** Warns if a model computes in bfloat16 on a processor that does not multiply it. */
    static void warnIfSlow(AdaptedModel model, ProgressListener listener) {
        if (model.precision() == DataType.BFLOAT16
                && !model.device().isGpu()
                && Processor.current().lacksBfloat16()) {
            listener.onNote(
                    "warning: this processor does not multiply bfloat16, so everything takes 10 to"
                            + " 30 times as long as with --precision float32");
        }
    }

    /** Tells whether auto could have decided otherwise. */
    private static boolean isChoice(AdaptedModel model) throws IOException {
        return model.precision() != DataType.FLOAT32
                || (model.directory().isPresent() && model.directory().get().gainsInBfloat16());
    }

    private void note(String decided) {
        ProgressOptions.of(command).onNote("precision: " + decided);
    }
}
