/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.djladapters.data.Corpus;
import org.djladapters.data.PairData;
import org.djladapters.hub.ModelTower;
import org.djladapters.io.AtomicFiles;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.QuestionMaker;
import org.djladapters.task.RoundTrip;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lets a language model write questions about passages, to train a search on. */
@Command(
        name = "ask",
        header = {
            "Lets a language model write questions that passages answer, to train a search on.",
            "",
            "  adapters ask --model llm --corpus corpus.tsv --search-model model \\",
            "      --output pairs.tsv",
            "  adapters ask --model llm --corpus corpus.tsv --search-model model \\",
            "      --passages 500 --questions 3 --temperature 0.8 --output pairs.tsv",
            ""
        },
        description =
                "Writes the columns sentence1, the question, and sentence2, the passage. Questions"
                        + " without words, unfinished, repeated, or copied from the passage are"
                        + " left out, and with --search-model those that do not find their passage."
                        + " The last line is the result as JSON.")
@OptionGroup.In(OptionGroup.GENERATION)
final class AskCommand extends ProgramCommand {

    private static final String NAME = "asking";

    @Mixin private BaseModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional(
                    "Adapter of the language model: " + Locations.ADAPTERS + ". Default: none.");

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--corpus",
            required = true,
            paramLabel = "FILE",
            description = "Passages, a TSV file with the columns id and text.")
    private Path corpus;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--passages",
            paramLabel = "N",
            description =
                    "Passages that questions are written for, drawn at random; all of the corpus"
                            + " are searched. Default: all.")
    private Integer passages;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--search-model",
            paramLabel = "DIR",
            description =
                    "Embedding model by which each question must find its passage among those of"
                            + " the corpus: "
                            + Locations.MODELS
                            + ". Default: none, questions need not find anything.")
    private String searchModel;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--search-adapter",
            paramLabel = "DIR",
            description =
                    "With --search-model: its adapter: " + Locations.ADAPTERS + ". Default: none.")
    private String searchAdapter;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--within",
            paramLabel = "K",
            description =
                    "With --search-model: among how many of the nearest passages that of the"
                            + " question must be. Default: 3.")
    private Integer within;

    @Option(
            names = "--questions",
            paramLabel = "N",
            description = "Questions for each passage; several need --temperature. Default: 1.")
    private int questions = 1;

    @Option(
            names = "--template",
            paramLabel = "TEXT",
            description =
                    "What the model continues, or is asked with --chat; {passage} is where the"
                            + " passage is to stand. Default: three texts with a question each and"
                            + " then the passage; with --chat, to write one short question.")
    private String template;

    @Option(
            names = "--chat",
            description =
                    "Ask by the model's chat template, which large models answer well. Default: let"
                            + " the model continue the template.")
    private boolean chat;

    @Option(
            names = "--max-characters",
            paramLabel = "N",
            description = "Characters of a passage that the model reads. Default: 1500.")
    private Integer maxCharacters;

    @Option(
            names = "--max-new-tokens",
            paramLabel = "N",
            description = "Largest number of tokens of a question. Default: 48.")
    private Integer maxNewTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description =
                    "Draw tokens at random: 1 with the model's probabilities, less to prefer"
                            + " likelier ones. Default: take the likeliest token.")
    private Double temperature;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "Random seed of the passages and tokens that are drawn. Default: 42.")
    private long seed = 42;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--output",
            required = true,
            paramLabel = "FILE",
            description = "File to write the pairs to: " + PairFile.FORMS + ".")
    private Path output;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        if (searchModel == null && (searchAdapter != null || within != null)) {
            throw wrong(
                    "--search-adapter and --within go with --search-model; add it or leave them"
                            + " out");
        }
        if (within != null && within < 1) {
            throw wrong("--within must be at least 1, got " + within);
        }
        PairFile file = checked(() -> PairFile.of(output));
        AtomicFiles.requirePlace(output);
        products.check();
        long start = System.nanoTime();
        Corpus texts = Corpus.read(corpus);
        return Interruption.watch(
                shown.progress(),
                err(),
                Interruption.NOTHING_WRITTEN,
                watch -> ask(texts, file, watch, start));
    }

    private void ask(Corpus texts, PairFile file, Interruption watch, long start)
            throws IOException {
        QuestionMaker.Made made = write(texts, watch);
        List<PairData.Row> kept =
                searchModel == null || made.pairs().isEmpty()
                        ? made.pairs()
                        : roundTrip(texts, PairData.of(made.pairs()), watch);
        watch.clear();
        int lost = made.pairs().size() - kept.size();
        if (kept.isEmpty()) {
            throw new IOException(
                    "Of %d questions none is left: %d were empty, %d repeated, %d copied, and %d did not find their passage; try another template, or a larger model"
                            .formatted(
                                    made.written(),
                                    made.empty(),
                                    made.repeated(),
                                    made.copied(),
                                    lost));
        }
        file.write(PairData.of(kept));
        ResultLine line =
                new ResultLine()
                        .count("written", made.written())
                        .count("empty", made.empty())
                        .count("repeated", made.repeated())
                        .count("copied", made.copied());
        if (searchModel != null) {
            line.count("lost", lost);
        }
        out().println(
                        line.count("pairs", kept.size())
                                .seconds((System.nanoTime() - start) / 1e9)
                                .text("output", output.toString()));
    }

    private QuestionMaker.Made write(Corpus texts, Interruption watch) throws IOException {
        try (AdaptedModel opened =
                model.open(adapter.folder(), products.asTrained(adapter.folder()))) {
            adapter.activate(opened, NAME);
            QuestionMaker.Builder builder =
                    QuestionMaker.builder()
                            .setModel(opened)
                            .setCorpus(texts)
                            .optQuestions(questions)
                            .optChat(chat)
                            .optSeed(seed)
                            .optListener(watch.texts("ask"));
            Usage.ifGiven(passages, builder::optPassages);
            Usage.ifGiven(template, builder::optTemplate);
            Usage.ifGiven(maxCharacters, builder::optMaxCharacters);
            Usage.ifGiven(maxNewTokens, builder::optMaxNewTokens);
            Usage.ifGiven(temperature, builder::optTemperature);
            return checked(builder::build).make();
        }
    }

    private List<PairData.Row> roundTrip(Corpus texts, PairData pairs, Interruption watch)
            throws IOException {
        try (AdaptedModel opened =
                model.openOther(
                        Locations.model(searchModel, spec()),
                        FileAccessOption.tower(ModelTower.TEXT))) {
            if (searchAdapter != null) {
                Warnings.load(opened, NAME, Locations.adapter(searchAdapter, spec()), spec());
                opened.activate(NAME);
            }
            return RoundTrip.keep(
                    opened, pairs, texts, within == null ? 3 : within, watch.texts("embed"));
        }
    }
}
