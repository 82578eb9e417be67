/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.examples.cli;

import ai.djl.modality.cv.Image;
import ai.djl.translate.TranslateException;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.djladapters.checkpoint.AdapterDirectory;
import org.djladapters.hub.ModelTower;
import org.djladapters.model.AdaptedModel;
import org.djladapters.task.TaskModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Searches images by words. */
@Command(
        name = "search",
        header = {
            "Searches images by words, with a model that gives both vectors in one space, such as"
                    + " CLIP.",
            "",
            "  adapters search --model clip --images photos --text \"a red car\"",
            "  adapters search --model hf://openai/clip-vit-large-patch14 --images photos \\",
            "      --text \"a dog\" --text \"a cat\" --top-k 3",
            ""
        },
        description =
                "Prints a line of JSON for each image that is found: the text, the image and the"
                        + " cosine of their vectors, the largest first.")
final class SearchCommand extends ProgramCommand {

    private static final String NAME = "search";
    private static final String INTERRUPTED = "Interrupted; run the same command again";

    @Mixin private ModelOption model;

    @Mixin private ProductOptions products;

    @Mixin
    private final AdapterOption adapter =
            AdapterOption.optional(
                    "Adapter: "
                            + Locations.ADAPTERS
                            + "; of texts, images or both. Default: none.");

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--images",
            required = true,
            paramLabel = "PATH",
            description =
                    "Images that are searched: a file, or a folder with images and folders of them;"
                            + " may be repeated.")
    private List<Path> images;

    @OptionGroup.In(OptionGroup.MODEL_AND_DATA)
    @Option(
            names = "--text",
            required = true,
            paramLabel = "TEXT",
            description = "Text that is searched for; may be repeated.")
    private List<String> texts;

    @OptionGroup.In(OptionGroup.OUTPUT)
    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Number of images for each text. Default: ${DEFAULT-VALUE}.")
    private int topK = 10;

    @Mixin private ProgressOptions shown;

    @Override
    public Integer call() throws Exception {
        products.check();
        if (topK < 1) {
            throw wrong("--top-k must be at least 1, got " + topK);
        }
        ImageFiles files = ImageFiles.of(images);
        Progress progress = shown.progress();
        return Interruption.watch(progress, err(), INTERRUPTED, watch -> search(files, watch));
    }

    private void search(ImageFiles files, Interruption watch) throws IOException {
        List<float[]> queries;
        try (AdaptedModel opened = open(ModelTower.TEXT);
                TaskModel<String, float[]> vectors = vectors(opened, String.class, "texts")) {
            queries = vectors.predict(texts);
        } catch (TranslateException e) {
            throw new IOException("The model can't predict: " + e.getMessage(), e);
        }
        List<float[]> found = new ArrayList<>();
        try (AdaptedModel opened = open(ModelTower.IMAGE);
                TaskModel<Image, float[]> vectors = vectors(opened, Image.class, "images")) {
            files.predict(vectors::predict, watch, (file, vector) -> found.add(vector));
        }
        for (int i = 0; i < texts.size(); i++) {
            print(texts.get(i), queries.get(i), files.files(), found);
        }
    }

    /** Makes vectors of inputs of a type, which need a model of texts and images. */
    private static <I> TaskModel<I, float[]> vectors(
            AdaptedModel opened, Class<I> input, String inputs) throws IOException {
        String name = opened.active().stream().findFirst().orElse(AdaptedModel.BASE);
        if (TaskModel.types(opened, name).get(input) != float[].class) {
            throw new IllegalArgumentException(
                    ("What was opened of the model gives no vectors of %s; take a model of texts"
                                    + " and images, such as CLIP, and both of its towers")
                            .formatted(inputs));
        }
        return TaskModel.of(opened, input, float[].class);
    }

    /** Opens a tower, with the adapter if it changes it. */
    private AdaptedModel open(ModelTower tower) throws IOException {
        AdaptedModel opened =
                model.open(products.asTrained(adapter.folder()), FileAccessOption.tower(tower));
        try {
            boolean other =
                    adapter.folder().isPresent()
                            && AdapterDirectory.tower(adapter.folder().get())
                                    .filter(changed -> changed != tower)
                                    .isPresent();
            if (!other) {
                adapter.activate(opened, NAME);
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Prints the images whose vectors, all of length 1, are nearest to that of a text. */
    private void print(String text, float[] query, List<Path> files, List<float[]> vectors) {
        double[] cosines = vectors.stream().mapToDouble(vector -> dot(query, vector)).toArray();
        IntStream.range(0, cosines.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -cosines[i]))
                .limit(topK)
                .forEach(
                        i -> {
                            JsonObject line = new JsonObject();
                            line.addProperty("text", text);
                            line.addProperty("image", files.get(i).toString());
                            line.addProperty("score", (float) cosines[i]);
                            out().println(PlainText.json(line.toString()));
                        });
    }

    private static double dot(float[] first, float[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(
                    ("The vectors of texts have %d numbers and those of images %d; take a model"
                                    + " that gives both in one space, such as CLIP")
                            .formatted(first.length, second.length));
        }
        return IntStream.range(0, first.length).mapToDouble(i -> first[i] * second[i]).sum();
    }
}
