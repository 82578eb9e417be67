/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.djladapters.student.StaticEmbedder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embeddings on the command line. */
class EmbeddingCommandsTest {

    private static final String[] RETRIEVAL = {"mrr@10", "recall@1", "recall@10", "ndcg@10", "map"};

    @TempDir private Path folder;
    private Path pairs;
    private Path corpus;

    @BeforeEach
    void writeData() throws IOException {
        StringBuilder table = new StringBuilder("sentence1\tsentence2\n");
        for (char letter = 'a'; letter <= 'p'; letter++) {
            table.append(letter).append("\t" + (letter + " ").repeat(4)).append(".\n");
        }
        pairs = Files.writeString(folder.resolve("pairs.tsv"), table);
        corpus = Files.writeString(folder.resolve("corpus.tsv"), "id\ttext\n1\tz z z\n2\ty y\n");
    }

    /** What a table calls its columns makes no difference. */
    @Test
    void pairsStandInNamedColumns() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(pairs));
        lines.set(0, "question\tpassage");
        Path other = Files.write(folder.resolve("other.tsv"), lines);
        Object[] named = {"--text-column", "question", "--text-pair-column", "passage"};
        for (Object[] searched : new Object[][] {{}, {"--corpus", corpus}}) {
            Object[] evaluation = with("--task", "embedding", searched);
            JsonObject expected = json(run("evaluate", with("--data", pairs, evaluation)));
            JsonObject found =
                    json(
                            run(
                                    "evaluate",
                                    Stream.of(with("--data", other, evaluation), named)
                                            .flatMap(Arrays::stream)
                                            .toArray()));
            for (String metric : RETRIEVAL) {
                assertThat(found.get(metric)).isEqualTo(expected.get(metric));
            }
        }
        assertThat(
                        Run.of(
                                        "evaluate",
                                        "--model",
                                        Samples.model("tiny-bert"),
                                        "--task",
                                        "embedding",
                                        "--data",
                                        other,
                                        "--text-column",
                                        "question")
                                .err())
                .singleElement()
                .asString()
                .contains("--task embedding needs --text-pair-column");
    }

    @Test
    void aSearchIsLearnedAndMeasured() {
        Path adapter = folder.resolve("adapter");
        Object[] training = {
            "--train",
            pairs,
            "--dev",
            pairs,
            "--corpus",
            corpus,
            "--method",
            "full",
            "--learning-rate",
            0.005,
            "--epochs",
            3,
            "--batch-size",
            8,
            "--mini-batch",
            4,
            "--matryoshka",
            "16,8",
            "--symmetric",
            "--query-prompt",
            "q: ",
            "--metric",
            "ndcg@3",
            "--max-length",
            12,
            "--guard",
            pairs,
            "--guard-tolerance",
            0.5,
            "--output",
            adapter
        };
        Run run = run("finetune", with("--task", "embedding", training));
        JsonObject tuned = json(run);

        assertThat(tuned.keySet()).contains(RETRIEVAL).contains("trainable_parameters");
        assertChange(tuned, "ndcg@3");
        assertChange(tuned.getAsJsonObject("guard"), "ndcg@3");
        assertThat(tuned.get("after")).isEqualTo(tuned.get("ndcg@3"));
        assertThat(tuned.get("guard_passed").getAsBoolean()).isTrue();
        assertThat(run.out())
                .anyMatch(line -> line.matches("16 questions +before +after +difference +95 %.*"))
                .anyMatch(line -> line.startsWith("guard, 16 questions "))
                .anyMatch(
                        line ->
                                line.matches(
                                        "ndcg@3 +0.\\d{4} +[01].\\d{4} +\\+0.\\d{4} +.0.\\d{4} to"
                                                + " .*"))
                .anyMatch(line -> line.matches("won \\d+, lost \\d+, equal \\d+, by the rank.*"))
                .anyMatch(line -> line.matches("won +\\d+ +\\d+  [a-p]"));
        Object[] search = {"--adapter", adapter, "--data", pairs, "--corpus", corpus};
        JsonObject measured = json(run("evaluate", with("--at", "3,7", search)));
        for (String metric : RETRIEVAL) {
            assertThat(measured.get(metric)).isEqualTo(tuned.get(metric));
        }
        assertThat(measured.get("ndcg@3")).isEqualTo(tuned.get("ndcg@3"));
        assertThat(measured.keySet()).contains("accuracy@7", "precision@7", "map@7");
        JsonObject frozen =
                json(
                        run(
                                "evaluate",
                                "--task",
                                "embedding",
                                "--data",
                                pairs,
                                "--corpus",
                                corpus,
                                "--max-length",
                                12));
        assertThat(frozen.get("mrr@10").getAsDouble())
                .isLessThan(tuned.get("mrr@10").getAsDouble());
    }

    /** Letters learn to find the next one, so that queries that found their own are lost. */
    @Test
    void aPageShowsWhatWasLostAndWon() throws IOException {
        String letters = "abcdefghijklmnopa";
        StringBuilder next = new StringBuilder("sentence1\tsentence2\n");
        StringBuilder own = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            String letter = (letters.charAt(i) + " ").repeat(4);
            String passage = (letters.charAt(i + 1) + " ").repeat(4);
            next.append("%s<i>\t%s<script>\n".formatted(letter, passage));
            own.append("%s %s<i>\t%s<script>\n".formatted(letters.charAt(i), letter, letter));
            own.append("%sX<script>alert(1)</script>\t%s<script>\n".formatted(letter, letter));
        }
        Path train = Files.writeString(folder.resolve("next.tsv"), next);
        Path dev = Files.writeString(folder.resolve("dev.tsv"), next.append(own));
        Path page = folder.resolve("page.html");
        Object[] training = {
            "--train",
            train,
            "--dev",
            dev,
            "--corpus",
            corpus,
            "--method",
            "full",
            "--learning-rate",
            0.005,
            "--epochs",
            4,
            "--batch-size",
            8,
            "--search-report",
            page,
            "--output",
            folder.resolve("adapter")
        };
        JsonObject tuned = json(run("finetune", with("--task", "embedding", training)));

        assertThat(tuned.get("search_report").getAsString()).isEqualTo(page.toString());
        assertThat(page)
                .content()
                .contains("<h2 id=\"s9\">Lost questions (%s)</h2>".formatted(tuned.get("lost")))
                .contains("Won questions (%s)</h2>".formatted(tuned.get("won")))
                .contains("of &#39;%s&#39; search 18 passages".formatted(dev))
                .containsPattern("<h3 id=\"line(\\d+)\"><a href=\"#line\\1\">. . . . ")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;</a>")
                .containsPattern("<li>Right: (.) \\1 \\1 \\1 &lt;script&gt;</li>")
                .containsPattern("✓ (.) \\1 \\1 \\1 &lt;script&gt;</td>")
                .containsPattern("first right passage: \\d+ before, \\d+ after")
                .contains("src=\"data:image/png;base64,", "<td class=\"number\">10</td>")
                .doesNotContain("<script", "<i>", "<td class=\"number\">20</td>");
    }

    @Test
    void anEvaluationMayTellTheSameOfOtherQuestions() throws IOException {
        Path adapter = folder.resolve("adapter");
        Object[] data = {"--corpus", corpus, "--epochs", 2, "--method", "lora", "--adapt", "query"};
        Object[] rest = with("--output", adapter, with("--learning-rate", 0.05, data));
        Object[] all =
                with("--train", pairs, with("--dev", pairs, with("--task", "embedding", rest)));
        JsonObject tuned = json(run("finetune", all));
        Path page = folder.resolve("page.html");
        Object[] search = {"--data", pairs, "--corpus", corpus, "--search-report", page};
        Run run = run("evaluate", with("--adapter", adapter, search));
        JsonObject measured = json(run);

        for (String name : new String[] {"before", "after", "interval", "won", "lost", "mrr@10"}) {
            assertThat(measured.get(name)).as(name).isEqualTo(tuned.get(name));
        }
        assertThat(run.out()).anyMatch(line -> line.matches("mrr@10 +[01].\\d{4} +[01].\\d{4} .*"));
        assertThat(page)
                .content()
                .contains("with the adapter &#39;%s&#39;".formatted(adapter))
                .doesNotContain("the best epoch was chosen on these");
        Run none = run("evaluate", with("--task", "embedding", search));
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err().get(0)).contains("--search-report needs --adapter");
        Object[] vectors = {"--data", pairs, "--corpus-vectors", page};
        Run own = run("evaluate", with("--adapter", adapter, vectors));
        assertThat(own.status()).isEqualTo(2);
        assertThat(own.err().get(0)).contains("--corpus-vectors needs --corpus");
    }

    @Test
    void aPageThatCannotBeWrittenIsRefusedBeforeTheTraining() throws IOException {
        Path scored =
                Files.writeString(
                        folder.resolve("s.tsv"), "label\tsentence1\tsentence2\n1\ta\tb\n");
        Path page = folder.resolve("page.html");
        refused(1, "folder does not exist", "--search-report", folder.resolve("none/page.html"));
        refused(1, "is a folder", "--search-report", folder);
        Object[] data = {"--dev", scored, "--output", "x", "--search-report", page};
        Run none = run("finetune", with("--train", scored, with("--task", "embedding", data)));
        assertThat(none.status()).isEqualTo(2);
        assertThat(none.err().get(0)).contains("--search-report is about a search, but");
        Run other = run("finetune", with("--train", scored, data));
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err().get(0)).contains("--search-report is for embeddings");
        assertThat(page).doesNotExist();
    }

    private static void assertChange(JsonObject json, String metric) {
        assertThat(json.get("metric").getAsString()).isEqualTo(metric);
        double difference = json.get("difference").getAsDouble();
        assertThat(difference)
                .isCloseTo(
                        json.get("after").getAsDouble() - json.get("before").getAsDouble(),
                        within(1e-9))
                .isBetween(
                        json.getAsJsonArray("interval").get(0).getAsDouble(),
                        json.getAsJsonArray("interval").get(1).getAsDouble());
        assertThat(
                        json.get("won").getAsInt()
                                + json.get("lost").getAsInt()
                                + json.get("equal").getAsInt())
                .isEqualTo(16);
    }

    @Test
    void aGuardThatCannotBeMeasuredIsRefusedBeforeTheModelOpens() throws IOException {
        Path empty = Files.writeString(folder.resolve("none.tsv"), "sentence1\tsentence2\n");
        Path scored =
                Files.writeString(
                        folder.resolve("s.tsv"), "label\tsentence1\tsentence2\n1\ta\tb\n");
        refused(2, "--guard-tolerance needs --guard", "--guard-tolerance", 0.1);
        refused(2, "from 0 to 1, got -1", "--guard", pairs, "--guard-tolerance", -1);
        refused(1, "none.tsv' has a header but no examples", "--guard", empty);
        refused(1, "has scores", "--guard", scored);
        Run other =
                run(
                        "finetune",
                        "--train",
                        pairs,
                        "--dev",
                        pairs,
                        "--guard",
                        pairs,
                        "--output",
                        "x");
        assertThat(other.status()).isEqualTo(2);
        assertThat(other.err().get(0)).contains("--guard is for embeddings");
    }

    private void refused(int status, String message, Object... options) {
        Object[] data = {"--train", pairs, "--dev", pairs, "--output", folder.resolve("no")};
        Object[] all = Stream.of(data, options).flatMap(Arrays::stream).toArray();
        Run run = run("finetune", with("--task", "embedding", all));
        assertThat(run.status()).isEqualTo(status);
        assertThat(String.join("\n", run.err())).contains(message);
    }

    @Test
    void queriesAndRelevanceMayBeFilesOfTheirOwn() throws IOException {
        Path queries = Files.writeString(folder.resolve("q.tsv"), "id\ttext\na\tz z\n");
        Path relevance = Files.writeString(folder.resolve("r.tsv"), "query_id\tcorpus_id\na\t1\n");

        JsonObject measured =
                json(
                        run(
                                "evaluate",
                                "--data",
                                queries,
                                "--corpus",
                                corpus,
                                "--relevance",
                                relevance));

        assertThat(measured.keySet()).contains(RETRIEVAL);
        Run alone = run("evaluate", "--data", queries, "--relevance", relevance);
        assertThat(alone.status()).isNotZero();
        assertThat(String.join("\n", alone.err())).contains("--relevance needs --corpus");
    }

    @Test
    void whatAMeasurementDoesNotUseIsRefusedBeforeIt() throws IOException {
        Path texts = Files.writeString(folder.resolve("t.tsv"), "label\tsentence1\nx\ta\n");

        Run rows =
                run("evaluate", "--task", "embedding", "--data", pairs, "--predictions", "p.tsv");
        Run length =
                run("evaluate", "--task", "classification", "--data", texts, "--max-length", 8);

        assertThat(rows.status()).isEqualTo(2);
        assertThat(rows.err().get(0)).contains("--predictions is not for embeddings");
        assertThat(length.status()).isEqualTo(2);
        assertThat(length.err().get(0))
                .contains("--max-length is for embeddings and plain text, but");
    }

    @Test
    void scoresGiveCorrelations() throws IOException {
        Path scores =
                Files.writeString(
                        folder.resolve("scores.tsv"),
                        "label\tsentence1\tsentence2\n5\ta b\ta b\n1\ta b\tz x\n3\tc d\tc x\n");

        JsonObject measured = json(run("evaluate", "--task", "embedding", "--data", scores));

        assertThat(measured.keySet()).contains("spearman", "pearson").doesNotContain("mrr@10");
    }

    @Test
    void anAdapterOfAnotherTaskIsMeasuredByVectorsWithoutItsHead() throws IOException {
        Path texts =
                Files.writeString(
                        folder.resolve("t.tsv"),
                        "label\tsentence1\nx\ta b\ny\tc d\nx\ta x\ny\tc z\n");
        JsonObject base = json(run("evaluate", "--task", "embedding", "--data", pairs));
        for (String method : List.of("head", "full")) {
            Path adapter = folder.resolve(method);
            Object[] training = {
                "--train",
                texts,
                "--dev",
                texts,
                "--method",
                method,
                "--learning-rate",
                0.01,
                "--epochs",
                2,
                "--output",
                adapter
            };
            assertThat(json(run("finetune", training)).has("accuracy")).isTrue();

            Run run = run("evaluate", "--adapter", adapter, "--task", "embedding", "--data", pairs);

            assertThat(run.err()).anyMatch(line -> line.contains("its head is left out"));
            Run length =
                    run(
                            "evaluate",
                            "--adapter",
                            adapter,
                            "--task",
                            "embedding",
                            "--data",
                            pairs,
                            "--max-length",
                            8);
            assertThat(length.err().get(0))
                    .contains("--max-length is for embeddings without an --adapter");
            JsonObject measured = json(run);
            assertThat(measured.get("head_left_out").getAsBoolean()).isTrue();
            assertThat(measured.get("mrr@10").equals(base.get("mrr@10")))
                    .as(method)
                    .isEqualTo(method.equals("head"));
        }
    }

    @Test
    void clicksBecomePairsWithWeightsThatTrain() throws IOException {
        Path log =
                Files.writeString(
                        folder.resolve("log.csv"),
                        """
                        search,query,id,clicked,position
                        1,what is y,1,0,1
                        1,what is y,2,1,3
                        2,what is z,1,1,1
                        2,what is z,3,1,2
                        """);
        Path weighted = folder.resolve("weighted.tsv");

        Run run = Run.of("clicks", "--log", log, "--corpus", corpus, "--output", weighted);

        JsonObject made = json(run);
        assertThat(made.get("pairs").getAsInt()).isEqualTo(2);
        assertThat(made.get("clicks").getAsInt()).isEqualTo(3);
        assertThat(run.err()).singleElement().asString().contains("1 rows name an id that '");
        assertThat(run.out()).anyMatch(line -> line.matches(" +3 +1 +1 +100.0% +3"));
        assertThat(Files.readAllLines(weighted))
                .containsExactly(
                        "sentence1\tsentence2\tweight",
                        "what is y\ty y\t1.5",
                        "what is z\tz z z\t0.5");
        Object[] training = {
            "--train",
            weighted,
            "--dev",
            pairs,
            "--adapt",
            "query",
            "--text-column",
            "sentence1",
            "--text-pair-column",
            "sentence2",
            "--weight-column",
            "weight",
            "--epochs",
            1,
            "--output",
            folder.resolve("adapter")
        };
        JsonObject tuned = json(run("finetune", with("--task", "embedding", training)));
        assertThat(tuned.keySet()).contains(RETRIEVAL);
        Path mined = folder.resolve("mined.tsv");
        json(run("mine", "--queries", weighted, "--corpus", corpus, "--output", mined));
        assertThat(Files.readAllLines(mined).get(0)).endsWith("\tnegative\tweight");
        assertThat(Run.of("clicks", "--log", log, "--output", folder.resolve("pairs.txt")).err())
                .singleElement()
                .asString()
                .contains("name a file that ends in .jsonl, .tsv or .csv");
    }

    @Test
    void questionsAreWrittenAndThoseThatFindTheirPassageKept() throws IOException {
        Path passages =
                Files.writeString(folder.resolve("sums.tsv"), "id\ttext\n1\t1+2=3\n2\t4+5=9\n");
        Path asked = folder.resolve("asked.jsonl");
        List<Object> ask = new ArrayList<>(List.of("ask", "--corpus", passages, "--output", asked));
        ask.addAll(List.of("--model", Path.of("src/test/resources/hub/tiny-llama")));
        ask.addAll(List.of("--search-model", Samples.model("tiny-bert"), "--quiet"));
        ask.addAll(List.of("--template", "{passage}", "--max-new-tokens", 40));
        assertThat(Run.of(ask.toArray()).err())
                .singleElement()
                .asString()
                .matches("Of 2 questions none is left: 2 were empty, .*; try another template.*");
        ask.addAll(List.of("--temperature", 1, "--questions", 30));

        JsonObject all = json(Run.of(with("--within", 2, ask)));
        JsonObject made = json(Run.of(with("--within", 1, ask)));

        assertThat(all.get("written").getAsInt()).isEqualTo(60);
        assertThat(all.get("lost").getAsInt()).isZero();
        assertThat(made.get("lost").getAsInt()).isPositive();
        assertThat(made.get("pairs").getAsInt() + made.get("lost").getAsInt())
                .isEqualTo(all.get("pairs").getAsInt());
        assertThat(Files.readAllLines(asked)).hasSize(made.get("pairs").getAsInt());
        ask.set(ask.indexOf("--search-model"), "--adapter");
        assertThat(Run.of(with("--within", 1, ask)).err().get(0))
                .contains("--within go with --search-model");
    }

    private static Object[] with(String option, Object value, List<Object> others) {
        List<Object> all = new ArrayList<>(others);
        all.add(option);
        all.add(value);
        return all.toArray();
    }

    @Test
    void hardNegativesAreWrittenAsTripletsThatTrain() throws IOException {
        Path triplets = folder.resolve("triplets.tsv");

        JsonObject mined =
                json(
                        run(
                                "mine",
                                "--queries",
                                pairs,
                                "--corpus",
                                corpus,
                                "--negatives",
                                2,
                                "--output",
                                triplets));

        List<String> lines = Files.readAllLines(triplets);
        assertThat(lines.get(0)).isEqualTo("sentence1\tsentence2\tnegative");
        assertThat(mined.get("triplets").getAsInt()).isEqualTo(lines.size() - 1);
        assertThat(mined.get("pairs").getAsInt()).isBetween(1, 16);
        Object[] training = {
            "--train",
            triplets,
            "--dev",
            triplets,
            "--loss",
            "triplet",
            "--epochs",
            1,
            "--orders",
            1,
            "--blocks",
            1,
            "--output",
            folder.resolve("adapter")
        };
        JsonObject tuned = json(run("finetune", with("--task", "embedding", training)));
        assertThat(tuned.keySet()).contains("accuracy");
    }

    @Test
    void miningShowsHowFarItIsUnlessItIsToBeQuiet() {
        Path triplets = folder.resolve("triplets.tsv");
        Object[] mine = {"--queries", pairs, "--corpus", corpus, "--output", triplets};

        assertThat(run("mine", with("--json", mine)).err())
                .last()
                .asString()
                .contains("\"event\":\"embed\"");
        assertThat(run("mine", with("--quiet", mine)).err()).isEmpty();
    }

    @Test
    void aStaticStudentIsLearnedAndComparedWithItsTeacher() throws IOException {
        Path student = folder.resolve("student");
        Path lines = Files.writeString(folder.resolve("lines.txt"), "a quick fox\nThe library\n");
        Object[] learning = {
            "--static", "--texts", pairs, "--texts", lines, "--texts", corpus, "--output", student
        };

        JsonObject made =
                json(run("distill", with("--queries", pairs, with("--corpus", corpus, learning))));

        assertThat(made.get("dimensions").getAsInt()).isEqualTo(32);
        assertThat(made.get("cosine").getAsDouble()).isBetween(0.0, 1.0);
        assertThat(made.getAsJsonObject("student").keySet())
                .isEqualTo(made.getAsJsonObject("teacher").keySet());
        assertThat(made.has("student_queries")).isTrue();
        assertThat(StaticEmbedder.open(student).embed("a quick fox")).hasSize(32);
        assertThat(run("distill", learning).err())
                .last()
                .asString()
                .contains("student: exists already and would be lost");
        assertThat(run("distill", "--texts", pairs, "--output", student).err().get(0))
                .contains("distill makes static students alone; add --static");
        assertThat(run("distill", with("--corpus", corpus, learning)).err().get(0))
                .contains("add --queries, or leave them out");
        assertThat(
                        run(
                                        "distill",
                                        "--static",
                                        "--texts",
                                        lines,
                                        "--output",
                                        folder.resolve("none"))
                                .err())
                .last()
                .asString()
                .contains("at least 20 different texts, but there are 2");
        Path other = Files.writeString(folder.resolve("other.tsv"), "title\nfox\n");
        assertThat(
                        run(
                                        "distill",
                                        "--static",
                                        "--texts",
                                        other,
                                        "--output",
                                        folder.resolve("none"))
                                .err())
                .last()
                .asString()
                .contains("has none of the columns text, sentence1, sentence2");
    }

    private static Object[] with(Object first, Object second, Object... rest) {
        List<Object> all = new ArrayList<>(List.of(first, second));
        all.addAll(Arrays.asList(rest));
        return all.toArray();
    }

    private static Run run(String command, Object... options) {
        return Run.of(with(command, "--model", with(Samples.model("tiny-bert"), options)));
    }

    private static Object[] with(Object first, Object[] rest) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(rest));
        return all.toArray();
    }

    private static JsonObject json(Run run) {
        assertThat(run.status()).as("%s", run.err()).isZero();
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }
}
