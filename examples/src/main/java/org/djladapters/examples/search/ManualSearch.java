/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.search;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.adapter.Targets;
import org.djladapters.adapter.compound.CompoundConfig;
import org.djladapters.data.LabelledData;
import org.djladapters.data.TaskKind;
import org.djladapters.examples.builtin.BuiltInModel;
import org.djladapters.io.AtomicFiles;
import org.djladapters.langchain4j.Langchain4jEmbeddingModel;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.option.AdaptedTexts;
import org.djladapters.task.option.EmbeddingOptions;
import org.djladapters.tuning.FineTuner;

/**
 * Improves the search of a RAG application without a new index. A store of LangChain4j has the
 * passages of a manual, with vectors of the base model; the questions use a company's own names for
 * things, which no pretrained model knows. An adapter learns the names from other questions, and
 * changes the vectors of questions alone, so the same store finds more.
 *
 * <pre>
 * java -cp examples/target/adapters.jar org.djladapters.examples.search.ManualSearch [FOLDER]
 * </pre>
 */
public final class ManualSearch {

    private static final String ADAPTER = "questions";
    private static final int EPOCHS = 6;
    private static final int SHOWN = 3;

    private ManualSearch() {}

    /** A question and the passage that answers it. */
    record Question(String text, String passage) {}

    /** Runs the example; its files are written to the folder that is given. */
    public static void main(String[] args) throws IOException {
        run(
                BuiltInModel.ALL_MINILM_L6_V2.directory(),
                Path.of(args.length == 0 ? "manual-search" : args[0]),
                EPOCHS,
                System.out);
    }

    /** Searches a store, trains an adapter of queries, and searches the same store with it. */
    static void run(Path encoder, Path folder, int epochs, PrintStream out) throws IOException {
        List<String> passages = column(copy("corpus.tsv", folder), 1);
        Path test = copy("test.tsv", folder);
        List<Question> questions = questions(column(test, 0), column(test, 1));
        try (AdaptedModel model = AdaptedModel.open(encoder);
                Langchain4jEmbeddingModel base =
                        Langchain4jEmbeddingModel.builder().setModel(model).build()) {
            InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
            List<TextSegment> segments = passages.stream().map(TextSegment::from).toList();
            store.addAll(base.embedAll(segments).content(), segments);
            train(model, folder, epochs);
            try (Langchain4jEmbeddingModel adapted =
                    Langchain4jEmbeddingModel.builder()
                            .setModel(model)
                            .optAdapter(ADAPTER)
                            .build()) {
                show(new Search(base, store), new Search(adapted, store), questions, out);
            }
        }
    }

    private static void train(AdaptedModel model, Path folder, int epochs) throws IOException {
        FineTuner.builder()
                .setModel(model)
                .setConfig(
                        CompoundConfig.builder()
                                .optOrders(1, 2, 3)
                                .optBlockSize(92)
                                .optTargets(Targets.allLinear())
                                .build())
                .setTrain(LabelledData.read(copy("train.tsv", folder), TaskKind.EMBEDDING))
                .setDev(LabelledData.read(copy("dev.tsv", folder), TaskKind.EMBEDDING))
                .setOutput(folder.resolve("adapter"))
                .optName(ADAPTER)
                .optOverwrite(true)
                .optEmbedding(EmbeddingOptions.builder().optAdapt(AdaptedTexts.QUERY).build())
                .optEpochs(epochs)
                .optMaxLength(64)
                .build()
                .run();
    }

    /**
     * A store of passages that are found by their vectors.
     *
     * @param model gives vectors of questions
     */
    record Search(EmbeddingModel model, InMemoryEmbeddingStore<TextSegment> store) {

        /** Finds the passage that is nearest to a question. */
        String find(String question) {
            EmbeddingSearchRequest request =
                    EmbeddingSearchRequest.builder()
                            .queryEmbedding(model.embed(question).content())
                            .maxResults(1)
                            .build();
            EmbeddingMatch<TextSegment> best = store.search(request).matches().get(0);
            return best.embedded().text();
        }

        /** Computes the share of questions whose passage is found first. */
        double recall(List<Question> questions) {
            long found = questions.stream().filter(q -> find(q.text()).equals(q.passage())).count();
            return (double) found / questions.size();
        }
    }

    private static void show(
            Search before, Search after, List<Question> questions, PrintStream out) {
        questions.stream()
                .filter(q -> !before.find(q.text()).equals(q.passage()))
                .limit(SHOWN)
                .forEach(
                        q ->
                                out.printf(
                                        "%n%s?%n  before: %s%n  after:  %s%n",
                                        q.text(), before.find(q.text()), after.find(q.text())));
        out.printf(
                "%nThe right passage comes first for %.1f %% of %d questions that were not learned,"
                        + " before for %.1f %%, in the same store%n",
                100 * after.recall(questions), questions.size(), 100 * before.recall(questions));
    }

    private static List<Question> questions(List<String> texts, List<String> passages) {
        return IntStream.range(0, texts.size())
                .mapToObj(i -> new Question(texts.get(i), passages.get(i)))
                .toList();
    }

    /** Reads a column of a table without its header. */
    private static List<String> column(Path table, int column) throws IOException {
        return Files.readAllLines(table).stream()
                .skip(1)
                .map(line -> line.split("\t", -1)[column])
                .toList();
    }

    private static Path copy(String name, Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name);
        try (InputStream content =
                ManualSearch.class.getResourceAsStream(
                        "/org/djladapters/examples/manual/" + name)) {
            AtomicFiles.writeBytes(file, ByteBuffer.wrap(content.readAllBytes()));
        }
        return file;
    }
}
