/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.archive.TorchArchive;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.checkpoint.Provenance;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.matmul.MergedProgram;
import org.djladapters.model.AdaptedModel;
import org.djladapters.safetensors.SafetensorsFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    @TempDir private Path folder;

    @Test
    void inspectListsWhatCanBeAdapted() {
        Run run = succeed("inspect", "--model", Samples.model("tiny-bert"));
        assertThat(run.out())
                .anyMatch(line -> line.matches("encoder.layer.0.output.dense +linear +32x64"))
                .last()
                .asString()
                .contains("16 modules", "26,656 parameters");
    }

    @Test
    void inspectCountsWhatAMethodWouldTrain() {
        // C_1 and C_2 of a Q of size 5 fill 15 of 16: two blocks of 5 * 4 / 2 parameters.
        Run run =
                succeed(
                        "inspect",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--targets",
                        "query",
                        "--orders",
                        "1,2",
                        "--block-size",
                        16);
        assertThat(run.out())
                .anyMatch(
                        line ->
                                line.matches(
                                        "encoder.layer.1.attention.self.query .* 20 +93\\.8  orders"
                                                + " 1.*"))
                .anyMatch(
                        line ->
                                line.startsWith(
                                        "40 trainable parameters in 2 of 16 modules, 0.1501 %"))
                .anyMatch(line -> line.startsWith("93.8 % of the outputs of these modules"));
        JsonObject result = lastLine(run);
        assertThat(result.get("adapter_parameters").getAsLong()).isEqualTo(40);
        assertThat(result.get("coverage").getAsDouble()).isEqualTo(15.0 / 16);
        JsonObject query = result.getAsJsonArray("modules").get(0).getAsJsonObject();
        assertThat(query.get("module").getAsString()).endsWith("layer.0.attention.self.query");
        assertThat(query.get("coverage").getAsDouble()).isEqualTo(15.0 / 16);
    }

    @Test
    void inspectShowsASizeThatFillsItsBlocks() {
        Run run =
                succeed(
                        "inspect",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--targets=query",
                        "--block-size=20");

        // blocks of 20 hold n = 4, which fills 14, and there is one in 32 outputs; two of 14 fit
        assertThat(run.out())
                .contains(
                        "hint: The blocks leave 56 % of the outputs unrotated; blocks of 14, which"
                                + " orders 1, 2, 3 fill, leave 13 %");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void aBudgetIsSpentAndTheLayoutRecorded() throws Exception {
        // 4 blocks of 14 in the values' 2 x 32 outputs, 6 parameters each
        String layout = "--orders 1,2,3 --block-size 14 --targets value";
        Run inspect = succeed("inspect", "--model", Samples.model("tiny-bert"), "--budget", 30);
        assertThat(inspect.out()).contains("layout: " + layout);
        assertThat(lastLine(inspect).get("layout").getAsString()).isEqualTo(layout);
        assertThat(lastLine(inspect).get("adapter_parameters").getAsLong()).isEqualTo(24);

        Path adapter = folder.resolve("adapter");
        Run run = finetune("tiny-bert", adapter, "--budget", 30);
        assertThat(run.err()).contains("budget: " + layout);
        assertThat(json(run).get("budget").getAsLong()).isEqualTo(30);
        assertThat(json(run).get("layout").getAsString()).isEqualTo(layout);
        assertThat(json(run).get("adapter_parameters").getAsLong()).isEqualTo(24);
        assertThat(Files.readString(adapter.resolve("provenance.json")))
                .contains("orders [1, 2, 3], block size 14, targets value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--budget 0 | 2 | The budget must be at least 1, got 0",
                "--budget 30 --orders 1 | 2 | A budget decides --orders; leave out either --budget"
                        + " or --orders",
                "--budget 30 --block-size 8 --targets key | 2 | A budget decides",
                "--budget 30 --method lora --rank 8 | 2 | A budget decides --rank",
                "--budget 30 --exclude key | 2 | A budget decides --exclude",
                "--budget 23 | 1 | its smallest layout trains 24 parameters",
                "--budget 30 --method head | 1 | The method head can't spend a budget",
            })
    void aBudgetThatContradictsIsRefused(String options, int status, String message) {
        Run run =
                Run.of(
                        Stream.concat(
                                        Stream.of("inspect", "--model", Samples.model("tiny-bert")),
                                        Stream.of(options.split(" ")))
                                .toArray());
        assertThat(run.status()).isEqualTo(status);
        assertThat(run.err()).singleElement().asString().contains(message);
    }

    @Test
    void inspectShowsTheLayoutOfEveryModule() {
        Run run =
                succeed(
                        "inspect",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--orders",
                        "1,2",
                        "--block-size",
                        16,
                        "--orders-pattern",
                        "value=1",
                        "--block-size-pattern",
                        "value=8,layer.1.output.dense=32");
        assertThat(run.out())
                .anyMatch(
                        line ->
                                line.matches(
                                        "encoder.layer.0.attention.self.query .* 20 +93\\.8  orders"
                                                + " 1\\+2, 2 blocks of 16, n = 5, cayley"))
                .anyMatch(
                        line ->
                                line.matches(
                                        "encoder.layer.0.attention.self.value .* 112 +100\\.0 "
                                                + " orders 1, 4 blocks of 8, n = 8, cayley"))
                .anyMatch(
                        line ->
                                line.matches(
                                        "encoder.layer.1.output.dense .* 21 +87\\.5  orders 1\\+2,"
                                                + " 1 block of 32, n = 7, cayley"));
    }

    @Test
    void aPatternThatMatchesNothingIsWarnedOf() {
        Run run =
                succeed(
                        "inspect",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--block-size-pattern",
                        "valeu=8");
        assertThat(run.err())
                .anyMatch(line -> line.contains("The block size pattern valeu matches none"));
    }

    @Test
    void inspectTakesTheDefaultTargetsOfTheModelType() {
        Run run =
                succeed(
                        "inspect",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--targets",
                        "default",
                        "--layers",
                        1,
                        "--layers-pattern",
                        "layer",
                        "--exclude-regex",
                        ".*key");
        assertThat(run.out())
                .filteredOn(line -> line.startsWith("encoder"))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("encoder.layer.1.attention.self.query "))
                .anyMatch(line -> line.startsWith("encoder.layer.1.attention.self.value "));
        assertThat(run.err())
                .singleElement()
                .asString()
                .startsWith("warning: The exclusions (.*key) exclude nothing; ");
    }

    @Test
    void finetuneAndEvaluateWarnOfWhatMayNotBeMeant() throws Exception {
        Path adapter = folder.resolve("adapter");
        String warning = "warning: The targets (qeury) select nothing; ";
        Run finetune = finetune("tiny-bert", adapter, "--targets", "value,qeury");
        assertThat(finetune.err()).filteredOn(line -> line.startsWith(warning)).hasSize(1);
        Run evaluate =
                succeed(
                        "evaluate",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--data",
                        Samples.dev(folder));
        assertThat(evaluate.err()).singleElement().asString().startsWith(warning);
    }

    @Test
    void inspectTakesUrls() {
        Path model = Samples.model("tiny-bert");
        assertThat(succeed("inspect", "--model", model.toUri()).out())
                .isEqualTo(succeed("inspect", "--model", model).out());
    }

    @Test
    void finetuneEndsWithItsResultAndEvaluateGivesTheSame() throws Exception {
        Path adapter = folder.resolve("adapter");
        Run finetune = finetune("tiny-bert", adapter);
        JsonObject result = json(finetune);
        assertThat(result.get("best_epoch").getAsInt()).isBetween(1, 2);
        assertThat(result.get("adapter").getAsString()).isEqualTo(adapter.toString());
        assertThat(result.get("seconds").getAsDouble()).isPositive();
        assertThat(finetune.err()).filteredOn(line -> line.startsWith("epoch ")).hasSize(2);
        long trained = result.get("trainable_parameters").getAsLong();
        long adapted = result.get("adapter_parameters").getAsLong();
        assertThat(trained - adapted).as("a head of 3 x 32 + 3").isEqualTo(99);

        Run evaluate =
                succeed(
                        "evaluate",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--data",
                        Samples.dev(folder),
                        "--predictions",
                        folder.resolve("rows.jsonl"));
        JsonObject measured = json(evaluate);
        for (String key : List.of("accuracy", "f1", "matthews", "trainable_parameters")) {
            assertThat(measured.get(key)).as(key).isEqualTo(result.get(key));
        }
        assertThat(measured.get("accuracy").getAsDouble())
                .isEqualTo(shareOfRightRows(folder.resolve("rows.jsonl"), 5));
    }

    private static double shareOfRightRows(Path predictions, int rows) throws Exception {
        List<JsonObject> lines =
                Files.readAllLines(predictions).stream()
                        .map(line -> JsonParser.parseString(line).getAsJsonObject())
                        .toList();
        assertThat(lines).hasSize(rows);
        long right =
                lines.stream()
                        .filter(row -> row.get("label").equals(row.get("prediction")))
                        .count();
        return (double) right / rows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-llama", "tiny-gpt2"})
    void languageModelsLearnResponsesAndAreMeasuredAndMerged(String name) throws Exception {
        Path adapter = folder.resolve("adapter");
        Path model = Samples.model(name);
        Path sums = Samples.sums(folder);
        Run finetune =
                succeed(
                        "finetune",
                        "--task",
                        "causal-lm",
                        "--model",
                        model,
                        "--train",
                        sums,
                        "--dev",
                        sums,
                        "--output",
                        adapter,
                        "--method",
                        "lora",
                        "--epochs",
                        3);
        JsonObject result = json(finetune);
        JsonObject untrained = json(succeed("evaluate", "--model", model, "--data", sums));
        assertThat(result.get("perplexity").getAsDouble())
                .isLessThan(untrained.get("perplexity").getAsDouble());
        assertThat(result.get("best_epoch").getAsInt()).isEqualTo(3);
        assertThat(result.get("adapter_parameters")).isEqualTo(result.get("trainable_parameters"));

        Run evaluate = succeed("evaluate", "--model", model, "--adapter", adapter, "--data", sums);
        for (String key : List.of("perplexity", "exact_match", "trainable_parameters")) {
            assertThat(json(evaluate).get(key)).as(key).isEqualTo(result.get(key));
        }
        Path texts = Files.writeString(folder.resolve("texts.txt"), "3+4=7\n\n12+30=42\n9=9\n");
        JsonObject base = json(succeed("evaluate", "--model", model, "--data", texts));
        Run tuned = succeed("evaluate", "--model", model, "--adapter", adapter, "--data", texts);
        for (JsonObject measured : List.of(base, json(tuned))) {
            assertThat(measured.get("texts").getAsInt()).isEqualTo(3);
            assertThat(measured.get("tokens").getAsInt()).isBetween(13, 16);
            assertThat(Math.exp(measured.get("loss").getAsDouble()))
                    .isEqualTo(measured.get("perplexity").getAsDouble(), within(1e-6));
        }
        assertThat(json(tuned).get("loss")).isNotEqualTo(base.get("loss"));

        Path merged = folder.resolve("merged");
        succeed("merge", "--model", model, "--adapter", adapter, "--output", merged);
        assertThat(TorchArchive.open(ModelDirectory.open(merged).archive().orElseThrow()))
                .matches(archive -> archive.hasCode(MergedProgram.PORTABLE.entry()));
        Path kept = folder.resolve("kept");
        List<Object> merge = List.of("merge", "--model", model, "--adapter", adapter);
        List<Object> keeping = List.of("--products", "original", "--output", kept);
        succeed(Stream.of(merge, keeping).flatMap(List::stream).toArray());
        assertThat(TorchArchive.open(ModelDirectory.open(kept).archive().orElseThrow()))
                .matches(archive -> !archive.hasCode(MergedProgram.PORTABLE.entry()));
        Path oneDnn = folder.resolve("onednn");
        List<Object> fast = List.of("--products", "onednn", "--output", oneDnn);
        succeed(Stream.of(merge, fast).flatMap(List::stream).toArray());
        assertThat(TorchArchive.open(ModelDirectory.open(oneDnn).archive().orElseThrow()))
                .matches(archive -> archive.hasCode(MergedProgram.ONEDNN.entry()));
    }

    @Test
    void questionsAreAnsweredAndPassagesReranked() throws Exception {
        Path squad =
                Files.writeString(
                        folder.resolve("squad.json"),
                        """
                        {"version": "v2.0", "data": [{"title": "Boats", "paragraphs": [
                          {"context": "the boat lies at the pier", "qas": [
                            {"id": "a", "question": "where is it?", "is_impossible": false,
                             "answers": [{"text": "the pier", "answer_start": 17}]},
                            {"id": "b", "question": "who rows?", "is_impossible": true,
                             "answers": []}]}]}]}
                        """);
        Path pairs =
                Files.writeString(
                        folder.resolve("pairs.tsv"),
                        """
                        label\tsentence1\tsentence2
                        1\tthe boat\tit lies at the pier
                        0\tthe boat\tnobody is here
                        """);
        learnsAndMeasures("question-answering", squad, "exact_match", "--doc-stride", 16);
        learnsAndMeasures("reranking", pairs, "mrr@10");
        learnsAndMeasures("reranking", pairs, "ndcg@10", "--overwrite");
    }

    private void learnsAndMeasures(String task, Path data, String metric, Object... others)
            throws Exception {
        Path adapter = folder.resolve(task);
        List<Object> model = List.of("--model", Samples.model("tiny-bert"));
        List<Object> finetune = new ArrayList<>(List.of("finetune", "--task", task));
        finetune.addAll(model);
        finetune.addAll(List.of("--train", data, "--dev", data, "--output", adapter));
        finetune.addAll(List.of("--epochs", 1));
        finetune.addAll(List.of(others));
        JsonObject result = json(succeed(finetune.toArray()));
        List<Object> evaluate = new ArrayList<>(List.of("evaluate"));
        evaluate.addAll(model);
        evaluate.addAll(List.of("--adapter", adapter, "--data", data));
        Path rows = folder.resolve(task + ".jsonl");
        evaluate.addAll(List.of("--predictions", rows));
        assertThat(json(succeed(evaluate.toArray())).get(metric)).isEqualTo(result.get(metric));
        assertThat(Files.readAllLines(rows)).hasSize(2).allMatch(row -> row.contains("prediction"));

        Path merged = folder.resolve(metric + "-merged");
        List<Object> merge = new ArrayList<>(List.of("merge", "--adapter", adapter));
        merge.addAll(model);
        merge.addAll(List.of("--output", merged));
        succeed(merge.toArray());
        Run measured = succeed("evaluate", "--model", merged, "--data", data);
        assertThat(json(measured).get(metric)).isEqualTo(result.get(metric));
    }

    @Test
    void columnsOfACsvFileAreNamedAndAPartOfItIsHeldOut() throws Exception {
        Path adapter = folder.resolve("adapter");
        StringBuilder text = new StringBuilder("id,message,topic\n");
        for (int i = 0; i < 20; i++) {
            text.append("%d,\"Order %d, please\",%s\n".formatted(i, i, i % 2 == 0 ? "a" : "b"));
        }
        Path data = Files.writeString(folder.resolve("tickets.csv"), text);
        List<Object> columns = List.of("--text-column", "message", "--label-column", "topic");
        List<Object> finetune =
                List.of(
                        "finetune",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--train",
                        data,
                        "--dev-split",
                        0.2,
                        "--seed",
                        3,
                        "--output",
                        adapter);
        succeed(Stream.of(finetune, columns).flatMap(List::stream).toArray());
        Provenance record = Provenance.read(adapter.resolve("provenance.json"));
        assertThat(record.options()).containsEntry("dev_split", "0.2 by seed 3");
        assertThat(record.data().get("train").rows()).isEqualTo(16);
        assertThat(record.data().get("dev").rows()).isEqualTo(4);

        List<Object> evaluate =
                List.of(
                        "evaluate",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--data",
                        data,
                        "--predictions",
                        folder.resolve("rows.jsonl"));
        Run evaluated = succeed(Stream.of(evaluate, columns).flatMap(List::stream).toArray());
        assertThat(json(evaluated).get("accuracy").getAsDouble())
                .isEqualTo(shareOfRightRows(folder.resolve("rows.jsonl"), 20));
    }

    @Test
    void finetuneAndEvaluateTakeAFolderOfGlue() throws Exception {
        Path adapter = folder.resolve("adapter");
        Path data = Samples.glue(folder.resolve("RTE"));
        List<Object> command = List.of("finetune", "--model", Samples.model("tiny-bert"));
        List<Object> options = List.of("--train", data, "--dev", data, "--output", adapter);
        Run finetune = succeed(Stream.of(command, options).flatMap(List::stream).toArray());
        Run evaluate =
                succeed(
                        "evaluate",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--data",
                        data);
        assertThat(json(evaluate).get("accuracy")).isEqualTo(json(finetune).get("accuracy"));
    }

    @Test
    void finetuneAndConvertReplaceAnAdapterOnlyWhenAsked() throws Exception {
        Path adapter = folder.resolve("adapter");
        Path converted = folder.resolve("converted");
        finetune("tiny-bert", adapter, "--method", "head");
        convert(adapter, converted);
        List<Object> again = new ArrayList<>(Samples.finetune("tiny-bert", folder, adapter));
        List<Object> convertedAgain =
                List.of(
                        "convert",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--output",
                        converted);
        for (List<Object> command : List.of(again, convertedAgain)) {
            Run refused = Run.of(command.toArray());
            assertThat(refused.status()).isEqualTo(1);
            assertThat(refused.err())
                    .singleElement()
                    .asString()
                    .contains("exists already and would be lost; ", "--overwrite");
        }
        assertThat(adapter.resolve("adapter_config.json")).content().contains("HEAD");

        finetune("tiny-bert", adapter, "--overwrite");
        convert(adapter, converted, "--overwrite");
        for (Path replaced : List.of(adapter, converted)) {
            assertThat(replaced.resolve("adapter_config.json")).content().contains("COMPOUND");
        }
        assertThat(folder).isDirectoryNotContaining("glob:**.partial");
    }

    @Test
    void finetuneTrainsAHeadAlone() throws Exception {
        Path adapter = folder.resolve("adapter");
        Run run = finetune("tiny-bert", adapter, "--method", "head");
        assertThat(json(run).get("adapter_parameters").getAsLong()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "compound --basis singular --directions 8 --block-size 4 --orders 1",
                "compound --orders-pattern query=1,output.dense=1+2 --block-size-pattern query=4",
                "lora --rank 2 --dora --rank-pattern query=3 --dropout 0.1",
                "oft --block-size 8 --map neumann --share",
                "oft --block-size 8 --map neumann --series last-twice --terms 3",
                "boft --factors 2 --dropout 0.5",
                "ia3 --feedforward output.dense --bias adapted",
                "vera --rank 4 --targets default",
                "c3a --block-size 8 --block-size-pattern query=16 --kernel-init kaiming_uniform",
                "road --variant road_4 --group-size 8",
                "adalora --rank 2 --alpha 3",
                "loha --rank 2 --rank-pattern query=1 --alpha-pattern query=3",
                "lokr --rank 1 --factor 4 --decompose-both",
                "fourierft --frequencies 24 --update-scaling 30 --targets query",
                "shira --rank 2",
                "vblora --rank 2 --vectors 12 --vector-length 8 --top 3",
                "miss --rank 6 --mini-rank 8",
                "beft",
                "tinylora --numbers 5 --tying 0.5",
                "gralora --rank 4 --parts 4 --whole-rank 1",
                "lntuning",
                "full",
                "bitfit"
            })
    void everyMethodTrainsAndIsMeasuredAgain(String method) throws Exception {
        Path adapter = folder.resolve("adapter");
        List<Object> options = new ArrayList<>(List.of("--method"));
        options.addAll(List.of(method.split(" ")));
        JsonObject result = json(finetune("tiny-bert", adapter, options.toArray()));
        Run evaluate =
                succeed(
                        "evaluate",
                        "--model",
                        Samples.model("tiny-bert"),
                        "--adapter",
                        adapter,
                        "--data",
                        Samples.dev(folder));
        for (String key : List.of("accuracy", "adapter_parameters", "trainable_parameters")) {
            assertThat(json(evaluate).get(key)).as(key).isEqualTo(result.get(key));
        }
        assertThat(result.get("adapter_parameters").getAsLong()).isPositive();
    }

    @Test
    void convertChangesTheLayoutOrTheMethodAndKeepsWhatTheAdapterDoes() throws Exception {
        Path adapter = folder.resolve("adapter");
        Path model = Samples.model("tiny-bert");
        finetune("tiny-bert", adapter, "--block-size", 16);
        Path input =
                Samples.inputs(
                        model.resolve("expected.safetensors"), folder.resolve("in.safetensors"));
        Path output = folder.resolve("out.safetensors");
        predict(model, adapter, input, output);
        Path reference = folder.resolve("reference");
        Path lora = folder.resolve("lora");

        convert(adapter, reference, "--layout", "reference");
        convert(reference, lora, "--to-lora", 32);

        for (Path converted : List.of(reference, lora)) {
            Path again = folder.resolve(converted.getFileName() + ".safetensors");
            predict(model, converted, input, again);
            assertSame(again, output, 1e-5);
            assertThat(converted.resolve("labels.json"))
                    .hasSameTextualContentAs(adapter.resolve("labels.json"));
        }
        assertThat(reference.resolve("adapter_model.safetensors").toFile().length())
                .isGreaterThan(adapter.resolve("adapter_model.safetensors").toFile().length());
        assertThat(lora.resolve("adapter_config.json")).content().contains("LORA");
    }

    private void convert(Path adapter, Path output, Object... options) {
        List<Object> line =
                new ArrayList<>(List.of("convert", "--model", Samples.model("tiny-bert")));
        line.addAll(List.of("--adapter", adapter, "--output", output));
        line.addAll(List.of(options));
        Run run = succeed(line.toArray());
        assertThat(run.out()).last().isEqualTo(output.toString());
    }

    private static void predict(Path model, Path adapter, Path input, Path output) {
        succeed(
                "predict",
                "--model",
                model,
                "--adapter",
                adapter,
                "--input",
                input,
                "--output",
                output);
    }

    @Test
    void equalSeedsGiveEqualAdapters() throws Exception {
        finetune("tiny-bert", folder.resolve("a"), "--seed", 7);
        finetune("tiny-bert", folder.resolve("b"), "--seed", 7);
        assertThat(folder.resolve("a").resolve("adapter_model.safetensors"))
                .hasSameBinaryContentAs(folder.resolve("b").resolve("adapter_model.safetensors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tiny-bert", "tiny-bert-classifier", "tiny-vit", "tiny-resnet"})
    void predictGivesWhatTheModelGaveInPython(String name) throws Exception {
        Path expected = Samples.model(name).resolve("expected.safetensors");
        Path input = Samples.inputs(expected, folder.resolve("in.safetensors"));
        Path output = folder.resolve("out.safetensors");
        succeed("predict", "--model", Samples.model(name), "--input", input, "--output", output);
        assertSame(output, expected, 1e-4);
    }

    @Test
    void predictGivesTheSameWithAnAdapterPluggedInMergedAndExported() throws Exception {
        Path adapter = folder.resolve("adapter");
        finetune("tiny-bert", adapter);
        Path model = Samples.model("tiny-bert");
        Path input =
                Samples.inputs(
                        model.resolve("expected.safetensors"), folder.resolve("in.safetensors"));
        Path adapted = folder.resolve("adapted.safetensors");
        Path merged = folder.resolve("merged.safetensors");
        succeed(
                "predict",
                "--model",
                model,
                "--adapter",
                adapter,
                "--input",
                input,
                "--output",
                adapted);
        succeed(
                "predict",
                "--model",
                model,
                "--adapter",
                adapter,
                "--merged",
                "--input",
                input,
                "--output",
                merged);
        assertSame(merged, adapted, 1e-5);

        Path exported = folder.resolve("exported");
        Run merge = succeed("merge", "--model", model, "--adapter", adapter, "--output", exported);
        assertThat(merge.out()).containsExactly(exported.toString());
        Path plain = folder.resolve("plain.safetensors");
        predictWithStockDjl(exported, input, plain);
        assertSame(plain, adapted, 1e-5);
    }

    @Test
    void predictLetsSeveralAdaptersActTogether() throws Exception {
        Path model = Samples.model("tiny-bert-classifier");
        finetune("tiny-bert-classifier", folder.resolve("a"), "--seed", 1, "--targets", "query");
        try (AdaptedModel opened = AdaptedModel.open(model)) {
            // an adapter that brings no head of its own, which only one can
            LoraConfig value = LoraConfig.builder().optRank(2).optTargets("value").build();
            opened.add("b", value).parameters().values().forEach(CommandsTest::disturb);
            AdapterDirectory.save(opened, "b", folder.resolve("b"));
        }
        Path input =
                Samples.inputs(
                        model.resolve("expected.safetensors"), folder.resolve("in.safetensors"));
        Path both = folder.resolve("both.safetensors");
        Path merged = folder.resolve("merged.safetensors");
        List<Object> command =
                new ArrayList<>(
                        List.of(
                                "predict",
                                "--model",
                                model,
                                "--adapter",
                                folder.resolve("a"),
                                "--adapter",
                                folder.resolve("b"),
                                "--input",
                                input,
                                "--output"));
        succeed(Stream.concat(command.stream(), Stream.of(both)).toArray());
        succeed(Stream.concat(command.stream(), Stream.of(merged, "--merged")).toArray());
        assertSame(merged, both, 1e-5);

        finetune("tiny-bert-classifier", folder.resolve("c"), "--seed", 2, "--targets", "value");
        command.replaceAll(word -> word.equals(folder.resolve("b")) ? folder.resolve("c") : word);
        Path none = folder.resolve("none.safetensors");
        for (Stream<Path> end : List.of(Stream.of(none), Stream.of(none, Path.of("--merged")))) {
            Run twoHeads = Run.of(Stream.concat(command.stream(), end).toArray());
            assertThat(twoHeads.status()).isNotZero();
            assertThat(twoHeads.err())
                    .singleElement()
                    .asString()
                    .contains(
                            "can't be active together, since each has classifier.weight of"
                                    + " its own");
        }
        assertThat(none).doesNotExist();
    }

    @Test
    void mergeTellsHowWhatItWroteIsOpened() throws Exception {
        Path model = Samples.model("tiny-bert");
        String header = "label\tsentence1\tsentence2\n";
        Path classes = folder.resolve("classes.tsv");
        Files.writeString(classes, header + "yes\ta b\tb a\nno\ta b\tx y\n".repeat(4));
        Path numbers = folder.resolve("numbers.tsv");
        Files.writeString(numbers, header + "4.5\ta b\tb a\n0.5\ta b\tx y\n".repeat(4));

        assertThat(trainedAndMerged(model, classes))
                .contains("the logits of [no, yes] in order")
                .contains("setTypes(StringPair.class, Classifications.class)");
        assertThat(trainedAndMerged(model, numbers))
                .contains("setTypes(StringPair.class, float[].class)")
                .contains("a float[] of one number");
    }

    private String trainedAndMerged(Path model, Path data) {
        Path adapter = folder.resolve(data.getFileName() + "-adapter");
        Path merged = folder.resolve(data.getFileName() + "-merged");
        List<Object> options =
                List.of(
                        "--targets",
                        "query",
                        "--epochs",
                        1,
                        "--pair-encoding",
                        "cross",
                        "--output",
                        adapter);
        List<Object> train = List.of("finetune", "--model", model, "--train", data, "--dev", data);
        succeed(Stream.of(train, options).flatMap(List::stream).toArray());
        Run merge = succeed("merge", "--model", model, "--adapter", adapter, "--output", merged);
        assertThat(merge.out()).containsExactly(merged.toString());
        return String.join("\n", merge.err());
    }

    private static void disturb(Parameter parameter) {
        NDArray array = parameter.getArray();
        array.setRequiresGradient(false);
        array.addi(0.05f);
    }

    private Run finetune(String model, Path output, Object... more) throws Exception {
        Object[] all =
                Stream.concat(Samples.finetune(model, folder, output).stream(), Stream.of(more))
                        .toArray();
        return succeed(all);
    }

    private static Run succeed(Object... args) {
        Run run = Run.of(args);
        assertThat(run.status()).as(() -> String.join("\n", run.err())).isZero();
        return run;
    }

    /** The line of JSON after a table. */
    private static JsonObject lastLine(Run run) {
        return JsonParser.parseString(run.out().get(run.out().size() - 1)).getAsJsonObject();
    }

    private static JsonObject json(Run run) {
        assertThat(run.out()).hasSize(1);
        return JsonParser.parseString(run.out().get(0)).getAsJsonObject();
    }

    private static void predictWithStockDjl(Path exported, Path input, Path output)
            throws Exception {
        Criteria<NDList, NDList> criteria =
                Criteria.builder()
                        .setTypes(NDList.class, NDList.class)
                        .optModelPath(exported)
                        .optEngine("PyTorch")
                        .build();
        List<String> names;
        try (AdaptedModel model = AdaptedModel.open(exported)) {
            names = model.inputNames();
        }
        try (ZooModel<NDList, NDList> plain = criteria.loadModel();
                Predictor<NDList, NDList> predictor = plain.newPredictor();
                SafetensorsFile file = SafetensorsFile.open(input);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            NDList inputs = new NDList();
            for (String name : names) {
                inputs.add(file.read(manager, "input." + name));
            }
            NDList outputs = predictor.predict(inputs);
            SafetensorsFile.write(output, Map.of("output.logits", outputs.get(0)), Map.of());
        }
    }

    /** Checks that all outputs of a file are in another and equal. */
    private static void assertSame(Path actual, Path expected, double tolerance) throws Exception {
        try (SafetensorsFile actualFile = SafetensorsFile.open(actual);
                SafetensorsFile expectedFile = SafetensorsFile.open(expected);
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(actualFile.tensors().keySet()).isNotEmpty();
            for (String name : actualFile.tensors().keySet()) {
                NDArray difference =
                        actualFile.read(manager, name).sub(expectedFile.read(manager, name));
                assertThat((double) difference.abs().max().getFloat())
                        .as(name)
                        .isEqualTo(0, within(tolerance));
            }
        }
        assertThat(Files.size(actual)).isPositive();
    }
}
