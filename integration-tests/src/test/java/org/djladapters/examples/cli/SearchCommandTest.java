/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.data.Offset;
import org.djladapters.adapter.lora.LoraConfig;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.ModelTower;
import org.djladapters.hub.OpenOptions;
import org.djladapters.kernel.InPlace;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts and images of a model with two towers: {@code search}, {@code predict} and training. */
class SearchCommandTest {

    private static final Path CLIP = Path.of("src/test/resources/hub/tiny-clip");
    private static final List<String> TEXTS = List.of("a photo of red", "the dark picture");

    /** Products of float32 in batches of other sizes. */
    private static final Offset<Float> CLOSE = Offset.offset(1e-6f);

    @TempDir Path folder;

    private Path photos;

    @BeforeEach
    void paint() throws Exception {
        photos = folder.resolve("photos");
        int[] colours = {0xC02010, 0xE04020, 0x1020C0, 0x2040E0};
        for (int i = 0; i < colours.length; i++) {
            BufferedImage image = new BufferedImage(20 + i, 24 - i, BufferedImage.TYPE_INT_RGB);
            for (int x = 0; x < 12; x++) {
                for (int y = 3 * i; y < 15; y++) {
                    image.setRGB(x, y, colours[i]);
                }
            }
            Path label = Files.createDirectories(photos.resolve(i < 2 ? "red" : "blue"));
            ImageIO.write(image, "png", label.resolve(i + ".png").toFile());
        }
    }

    private static List<JsonObject> succeed(Object... args) {
        Run run = Run.of(args);
        assertThat(run.status()).as(String.join("\n", run.err())).isZero();
        return run.out().stream()
                .filter(line -> line.startsWith("{"))
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> all = Files.walk(photos)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    @Test
    void findsTheImagesWithTheLargestCosines() throws Exception {
        List<JsonObject> found =
                succeed(
                        "search",
                        "--model",
                        CLIP,
                        "--images",
                        photos,
                        "--top-k",
                        3,
                        "--text",
                        TEXTS.get(0),
                        "--text",
                        TEXTS.get(1));

        List<Image> images = new ArrayList<>();
        for (Path file : files()) {
            images.add(ImageFactory.getInstance().fromFile(file));
        }
        try (TaskModel<String, float[]> texts = TaskModel.open(CLIP, String.class, float[].class);
                TaskModel<Image, float[]> pictures =
                        TaskModel.open(CLIP, Image.class, float[].class)) {
            List<float[]> vectors = pictures.predict(images);
            for (int t = 0; t < TEXTS.size(); t++) {
                float[] query = texts.predict(TEXTS.get(t));
                List<Float> cosines = vectors.stream().map(v -> dot(query, v)).sorted().toList();
                for (int k = 0; k < 3; k++) {
                    JsonObject line = found.get(3 * t + k);
                    assertThat(line.get("text").getAsString()).isEqualTo(TEXTS.get(t));
                    assertThat(line.get("score").getAsFloat()).isCloseTo(cosines.get(3 - k), CLOSE);
                    int place = files().indexOf(Path.of(line.get("image").getAsString()));
                    assertThat(dot(query, vectors.get(place))).isCloseTo(cosines.get(3 - k), CLOSE);
                }
            }
        }
        assertThat(found).hasSize(6);
    }

    @Test
    void refusesATowerAlone() {
        Run run =
                Run.of(
                        "search",
                        "--model",
                        CLIP,
                        "--tower",
                        "text",
                        "--images",
                        photos,
                        "--text",
                        "a");

        assertThat(run.status()).isNotZero();
        assertThat(run.err().toString()).contains("gives no vectors of images; take a model of");
    }

    private static float dot(float[] first, float[] second) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            sum += first[i] * second[i];
        }
        return (float) sum;
    }

    @Test
    void anAdapterOfBothTowersChangesBoth() throws Exception {
        Path adapter = folder.resolve("both");
        Path merged = folder.resolve("merged");
        try (AdaptedModel model = AdaptedModel.open(CLIP)) {
            model.add(
                    "both",
                    LoraConfig.builder()
                            .optRank(2)
                            .optTargets("q_proj", "fc1", "visual_projection")
                            .build());
            model.adapter("both")
                    .parameters()
                    .forEach((name, parameter) -> InPlace.fill(parameter.getArray(), 0.3));
            AdapterDirectory.save(model, "both", adapter);
        }
        succeed(
                "merge",
                "--model",
                CLIP,
                "--adapter",
                adapter,
                "--format",
                "huggingface",
                "--output",
                merged);

        List<JsonObject> adapted =
                succeed(
                        "search",
                        "--model",
                        CLIP,
                        "--adapter",
                        adapter,
                        "--images",
                        photos,
                        "--text",
                        TEXTS.get(0));

        assertThat(adapted)
                .isNotEqualTo(
                        succeed(
                                "search",
                                "--model",
                                CLIP,
                                "--images",
                                photos,
                                "--text",
                                TEXTS.get(0)))
                .extracting(line -> line.get("image"))
                .isEqualTo(
                        succeed(
                                        "search",
                                        "--model",
                                        merged,
                                        "--images",
                                        photos,
                                        "--text",
                                        TEXTS.get(0))
                                .stream()
                                .map(line -> line.get("image"))
                                .toList());
    }

    @Test
    void classesAreLearnedOnTheTowerForImages() {
        Path adapter = folder.resolve("adapter");
        Path merged = folder.resolve("merged");
        succeed(
                "finetune",
                "--model",
                CLIP,
                "--train",
                photos,
                "--dev",
                photos,
                "--method",
                "lora",
                "--rank",
                2,
                "--epochs",
                2,
                "--output",
                adapter);

        List<JsonObject> adapted =
                succeed("predict", "--model", CLIP, "--adapter", adapter, "--image", photos);

        assertThat(adapted)
                .hasSize(4)
                .allSatisfy(
                        line -> assertThat(line.get("label").getAsString()).isIn("red", "blue"));
        succeed("merge", "--model", CLIP, "--adapter", adapter, "--output", merged);
        assertThat(succeed("predict", "--model", merged, "--image", photos))
                .extracting(line -> line.get("label"))
                .isEqualTo(adapted.stream().map(line -> line.get("label")).toList());
    }

    /** The logits of the whole model are those of transformers, see CheckpointTest. */
    @Test
    void textsAreClassesWithoutTraining() throws Exception {
        List<JsonObject> found =
                succeed(
                        "predict",
                        "--model",
                        CLIP,
                        "--image",
                        photos,
                        "--class",
                        TEXTS.get(0),
                        "--class",
                        TEXTS.get(1),
                        "--top-k",
                        2);

        assertThat(found).hasSize(4);
        try (TaskModel<String, float[]> texts = TaskModel.open(CLIP, String.class, float[].class);
                TaskModel<Image, float[]> pictures =
                        TaskModel.open(CLIP, Image.class, float[].class)) {
            float[] image = pictures.predict(ImageFactory.getInstance().fromFile(files().get(0)));
            double scale = Math.exp(0.7); // logit_scale of the checkpoint
            double first = Math.exp(scale * dot(image, texts.predict(TEXTS.get(0))));
            double second = Math.exp(scale * dot(image, texts.predict(TEXTS.get(1))));
            assertThat(found.get(0).getAsJsonObject("top").get(TEXTS.get(0)).getAsFloat())
                    .isCloseTo((float) (first / (first + second)), CLOSE);
        }
    }

    /** Its targets are names that layers of the other tower have, too. */
    @Test
    void anAdapterOfOneTowerIsOfTheWholeModelToo() throws Exception {
        Path adapter = folder.resolve("texts");
        OpenOptions texts = OpenOptions.builder().optTower(ModelTower.TEXT).build();
        try (AdaptedModel model = AdaptedModel.open(CLIP, texts)) {
            model.add("a", LoraConfig.builder().optRank(2).optTargets("q_proj").build());
            model.adapter("a")
                    .parameters()
                    .forEach((name, parameter) -> InPlace.fill(parameter.getArray(), 0.3));
            AdapterDirectory.save(model, "a", adapter);
        }

        try (AdaptedModel whole = AdaptedModel.open(CLIP)) {
            assertThat(AdapterDirectory.load(whole, "a", adapter).targetModules().values())
                    .isNotEmpty()
                    .allMatch(module -> ModelTower.TEXT.holds(module.weight().path()));
        }
    }

    @Test
    void featuresWithoutPositionsAreNotPooled() {
        Run run =
                Run.of(
                        "finetune",
                        "--model",
                        CLIP.resolveSibling("tiny-convnext"),
                        "--train",
                        photos,
                        "--dev",
                        photos,
                        "--pooling",
                        "cls",
                        "--output",
                        folder.resolve("out"));

        assertThat(run.status()).isNotZero();
        assertThat(run.err().get(run.err().size() - 1))
                .contains("which have no positions for the pooling cls; leave the pooling out");
    }

    @Test
    void vectorsAreOfTheTowerForTheInputs() {
        JsonObject text = succeed("predict", "--model", CLIP, "--text", TEXTS.get(0)).get(0);
        JsonObject image = succeed("predict", "--model", CLIP, "--image", photos).get(0);

        assertThat(length(text)).isEqualTo(5);
        assertThat(length(image)).isEqualTo(5);
        assertThat(image.get("image").getAsString()).endsWith("2.png");
    }

    private static int length(JsonObject prediction) {
        JsonArray vector = prediction.getAsJsonArray("vector");
        return vector.size();
    }
}
