/*
 * Copyright 2026 The DJL Adapters authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package org.djladapters.model;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Block;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.translate.Translator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.djladapters.adapter.Adapter;
import org.djladapters.adapter.AdapterConfig;
import org.djladapters.adapter.HeadConfig;
import org.djladapters.adapter.TargetModule;
import org.djladapters.adapter.Targets;
import org.djladapters.hub.ModelDirectory;
import org.djladapters.hub.ModelLocation;
import org.djladapters.hub.OpenOptions;
import org.djladapters.io.Internal;
import org.djladapters.kernel.PyTorch;
import org.djladapters.matmul.Matmul;
import org.djladapters.model.pass.AdapterStates;
import org.djladapters.model.pass.Merging;
import org.djladapters.model.pass.ModelState;
import org.djladapters.model.pass.Predictions;
import org.djladapters.model.pass.RowTraining;
import org.djladapters.model.pass.TrainingPasses;
import org.djladapters.surgery.BaseModel;
import org.djladapters.surgery.BlockBaseModel;
import org.djladapters.surgery.TorchScriptLoader;

/**
 * A frozen model with named adapters.
 *
 * <p>Order of calls: {@link #open} or {@link #of}; {@link #add} adapters, the first becomes active;
 * train with {@link #newTrainer} or predict with {@link #newPredictor}; {@link #activate}, {@link
 * #disable}, {@link #merge}, {@link #unmerge}, {@link #delete} and {@link #unload} at any time,
 * from any thread. A pass of the model sees the state before or after a change, never one in
 * between; a step of a training is such a change (see {@link #newTrainer}).
 *
 * <p>Predicting with adapters costs what the base model costs: transformed weights are computed
 * once after a change. Training applies transforms, or weights with them, to the layers; the base
 * model's own weights stay as they are.
 *
 * <p>This is the one face of a model: every method passes on to the part that does the work. Most
 * of its lines are documentation for users, which is why the file is long.
 */
public final class AdaptedModel implements AutoCloseable {

    /** Stands for the base model among the names of {@link #predict(NDList, List)}. */
    public static final String BASE = AdapterStates.BASE;

    private final Model model;
    private final ModelDirectory directory;
    private final OpenOptions options;
    private final BaseModel baseModel;
    private final ModelState state;
    private final AdapterRegistry registry;
    private final Predictions predictions;
    private final TrainingPasses training;
    private final RowTraining rowTraining;
    private final Merging merging;
    private final MatmulChoice matmulChoice;
    private final AdaptedBlock block;

    private AdaptedModel(
            String name, BaseModel baseModel, ModelDirectory directory, OpenOptions options) {
        this.directory = directory;
        this.options = options;
        this.baseModel = baseModel;
        state = new ModelState(baseModel, options.adapterCache());
        registry = new AdapterRegistry(state, new AdapterFactory(baseModel, directory));
        predictions = new Predictions(state);
        training = new TrainingPasses(state);
        rowTraining = new RowTraining(state);
        merging = new Merging(state);
        matmulChoice = new MatmulChoice(state);
        block = new AdaptedBlock(state, predictions, training);
        model = PyTorch.newModel(name, baseModel.manager().getDevice());
        model.setBlock(block);
    }

    /**
     * Opens a model: an export to TorchScript as djl_converter writes it, or a HuggingFace
     * checkpoint ({@code config.json} and {@code model.safetensors}).
     *
     * <p>A model is a program, and this runs it. Its file is checked before the engine reads it,
     * and refused if its program could touch files; but a program can still compute without end or
     * take all memory. Open models of people you trust.
     *
     * @param directory the directory with the archive or the weights, and the configuration
     * @return the model, which owns everything native
     * @throws IOException if a file is missing, damaged or refused; the message says which and why
     */
    public static AdaptedModel open(Path directory) throws IOException {
        return open(directory, OpenOptions.builder().build());
    }

    /**
     * Opens a model from anywhere: a folder, {@code hf://organization/name} of the HuggingFace hub,
     * or another location that {@link ModelLocation} takes. A model is a program: see {@link
     * #open(Path)}.
     *
     * @param location where the model is
     * @throws IOException as {@link #open(Path)}, or if the model can't be had from there
     */
    public static AdaptedModel open(String location) throws IOException {
        return open(ModelLocation.resolve(location));
    }

    /** Opens a model from anywhere with options: see {@link #open(String)}. */
    public static AdaptedModel open(String location, OpenOptions options) throws IOException {
        return open(ModelLocation.resolve(location), options);
    }

    /** Opens a model on a device, null for the default one: see {@link #open(Path)}. */
    public static AdaptedModel open(Path directory, Device device) throws IOException {
        return open(directory, OpenOptions.builder().optDevice(device).build());
    }

    /**
     * Opens a model with options: see {@link #open(Path)}.
     *
     * @param options where it runs and what its program may do
     * @throws IllegalArgumentException if the device or its processor lacks what {@link
     *     OpenOptions.Builder#optMatmul} chooses
     */
    public static AdaptedModel open(Path directory, OpenOptions options) throws IOException {
        ModelDirectory description = ModelDirectory.open(directory);
        if (options.tower().isPresent()) {
            description = description.tower(options.tower().get());
        }
        OpenOptions decided = options.decided(description);
        BaseModel baseModel = TorchScriptLoader.load(description, decided);
        AdaptedModel opened = new AdaptedModel(description.name(), baseModel, description, decided);
        try {
            opened.matmulChoice.open(decided);
            // reads nothing, but tells translators where the tokenizer is
            opened.model.load(directory, null, Map.of("hasParameter", "false"));
        } catch (IOException | MalformedModelException e) {
            opened.close();
            throw new IOException("Can't open '" + directory + "': " + e.getMessage(), e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        return opened;
    }

    /** Adapts initialized native DJL Blocks; their model is closed with the adapted one. */
    public static AdaptedModel of(Model base) {
        OpenOptions options = OpenOptions.builder().build();
        return new AdaptedModel(base.getName(), new BlockBaseModel(base), null, options);
    }

    /** {@return the directory that the model was opened from, if there is one} */
    public Optional<ModelDirectory> directory() {
        return Optional.ofNullable(directory);
    }

    /**
     * {@return how the model was opened, with what was decided where the options left it open; for
     * native Blocks options that say nothing}
     */
    public OpenOptions openOptions() {
        return options;
    }

    /**
     * {@return everything in the model that can be adapted, in its order} That includes a pooler
     * that it computes only for some heads, which adapters reach by {@link Targets#withPooler()}.
     */
    public List<TargetModule> targetModules() {
        return baseModel.facts().targetModules();
    }

    /**
     * {@return the target modules that a selection selects, in the order of the model}
     *
     * @throws IllegalArgumentException if there are none or something is named that can't be
     *     adapted
     */
    public List<TargetModule> targetModules(Targets targets) {
        return spec().targetModules(targets);
    }

    /** {@return the target modules, names and shapes of the base model, without its weights} */
    public ModelSpec spec() {
        return ModelSpec.of(baseModel, directory);
    }

    /** {@return the names of the model's inputs in their order, empty for native Blocks} */
    public List<String> inputNames() {
        return baseModel.facts().inputNames();
    }

    /** {@return the names of the last inputs, which may be left out; empty if all are needed} */
    public List<String> optionalInputs() {
        return baseModel.facts().optionalInputs();
    }

    /**
     * {@return the names of the model's own outputs, such as {@code last_hidden_state}, in the
     * order of its program} They are empty if it gives none, as native Blocks do.
     */
    public List<String> outputNames() {
        return baseModel.facts().outputNames();
    }

    /**
     * Adds an adapter that starts at the identity. The first one becomes active.
     *
     * @throws IllegalArgumentException if the name is taken, the targets select nothing, or the
     *     options do not fit a selected weight; the model is unchanged then
     */
    public Adapter add(String name, AdapterConfig config) {
        return registry.add(name, config, null, config::newAdapters, made -> {});
    }

    /** Adds an adapter that brings a task head to a model that gives features. */
    public Adapter add(String name, AdapterConfig config, HeadConfig head) {
        return registry.add(name, config, head, config::newAdapters, made -> {});
    }

    /** {@return the adapter of a name, which must exist} */
    public Adapter adapter(String name) {
        return state.adapter(name);
    }

    /**
     * Returns what an adapter trains, as it is at one step: no update of a training falls between
     * the values, even if it runs in another thread (see {@link #newTrainer}).
     *
     * @return copies by the names of {@link Adapter#parameters()}, without gradients
     * @throws IllegalArgumentException if there is no adapter of that name
     */
    public Map<String, NDArray> values(String name, NDManager manager) {
        return state.values(name, manager);
    }

    /** {@return the names of all adapters, in the order in which they were added} */
    public List<String> names() {
        return state.read(AdapterStates::names);
    }

    /** {@return the names of the active adapters, in the order in which they act} */
    public List<String> active() {
        return state.read(AdapterStates::active);
    }

    /**
     * Makes adapters active, in the order in which they are to act, and all others inactive. Active
     * adapters train. With no name the base model is left.
     *
     * @throws IllegalArgumentException if there is no adapter of a name, or a name is given twice
     * @throws IllegalStateException while adapters are merged, or if two of these adapters have a
     *     head or train the same module in full
     */
    public void activate(String... names) {
        state.change(adapters -> adapters.activate(List.of(names)));
    }

    /** Makes predictions those of the base model until the returned scope is closed. */
    public Scope disable() {
        state.change(AdapterStates::disable);
        return new Scope(state);
    }

    /**
     * Removes an adapter and releases its parameters.
     *
     * @throws IllegalArgumentException if there is none of that name
     * @throws IllegalStateException if it is merged
     */
    public void delete(String name) {
        registry.delete(name);
    }

    /**
     * Fixes the weights that adapters give, in the order in which they act, after those that are
     * merged already. What is merged already stays as it is.
     *
     * @param names the names, the active adapters if there are none
     * @throws IllegalArgumentException if there is no adapter of a name
     * @throws IllegalStateException if nothing is named or active, while adapters are disabled, or
     *     if two of these adapters have a head or train the same module in full
     */
    public void merge(String... names) {
        merging.merge(orActive(names), false);
    }

    /**
     * Merges only if all results are finite; otherwise everything is left as it was.
     *
     * @throws IllegalStateException as {@link #merge}, or if a weight would not be finite; the
     *     message names it
     */
    public void mergeSafely(String... names) {
        merging.merge(orActive(names), true);
    }

    /**
     * Takes merged adapters out again. Others stay merged, in their order; without any the base
     * model's weights are bit for bit what they were.
     *
     * @param names the names, all merged adapters if there are none
     * @throws IllegalArgumentException if there is no adapter of a name
     * @throws IllegalStateException if one is not merged; nothing changes then
     */
    public void unmerge(String... names) {
        state.change(adapters -> adapters.unmerge(List.of(names)));
    }

    /** Lets a listener know when an adapter is replaced, until it is removed. */
    public void addListener(AdapterListener listener) {
        registry.addListener(listener);
    }

    /** Removes a listener; nothing happens if it was not added. */
    public void removeListener(AdapterListener listener) {
        registry.removeListener(listener);
    }

    /** Removes all adapters, merged ones too, and releases their parameters. */
    public void unload() {
        state.unload();
    }

    /**
     * Merges for good: the weights that {@link #merge} would give become the base model's own,
     * saved modules among them, and all adapters are removed. Adapters that are added later act on
     * these weights, so they fit an {@code export} of this model, not the directory it was opened
     * from.
     *
     * @param names the names, the active adapters if there are none
     * @throws IllegalArgumentException if there is no adapter of a name
     * @throws IllegalStateException if nothing is named or active, an adapter has a head, a weight
     *     would not be finite, or while adapters are disabled; nothing changes then
     */
    public void mergeAndUnload(String... names) {
        merging.mergeAndUnload(orActive(names));
    }

    /** {@return the names of the merged adapters, empty if nothing is merged} */
    public List<String> merged() {
        return state.read(AdapterStates::merged);
    }

    /**
     * Makes changes that were made to the arrays of parameters by hand visible to predictions. Not
     * needed after training or {@link #update}.
     */
    public void refresh() {
        state.change(adapters -> state.forgetAll());
    }

    /**
     * Returns the model's parameters that differ from those it was opened with: those that adapters
     * replace, as they are after them, and those that {@link #mergeAndUnload} has changed.
     *
     * @param names the adapters, the active ones if there are none
     * @return copies by parameter name, those of saved modules among them
     * @throws IllegalStateException if a weight would not be finite
     */
    public Map<String, NDArray> mergedWeights(NDManager manager, String... names) {
        return merging.weights(manager, orActive(names), adapters -> {});
    }

    /**
     * {@return a description of what adapters do in this model now, adapter by adapter and layer by
     * layer, which later changes leave alone}
     *
     * @throws IllegalStateException if there are no adapters
     */
    public ModelStatus status() {
        return state.read(adapters -> ModelStatus.of(model.getName(), state));
    }

    /**
     * {@return how the products of linear layers are computed} For native Blocks and on other
     * devices than the CPU it is {@link Matmul#MKL}, the engine's own product.
     */
    public Matmul matmul() {
        return state.matmul();
    }

    /**
     * {@return the type in which the base model computes: that of its weights} Inputs, outputs and
     * what trains are float32.
     *
     * @see OpenOptions.Builder#optPrecision
     */
    public DataType precision() {
        return baseModel.facts().precision();
    }

    /**
     * Chooses how the products of linear layers are computed, in predictions and training passes
     * that begin from now on. Their results differ by rounding from what they were.
     *
     * @throws IllegalArgumentException if it is not {@link Matmul#MKL} and the model is one of
     *     native Blocks, is not on the CPU, or the processor lacks it
     */
    public void setMatmul(Matmul matmul) {
        matmulChoice.set(matmul);
    }

    /** Goes on with what an interrupted training computed products by. */
    @Internal
    public void resumeMatmul(Matmul recorded) {
        matmulChoice.resume(recorded);
    }

    /** {@return the device on which the model computes} */
    public Device device() {
        return baseModel.manager().getDevice();
    }

    /**
     * {@return the base model's own parameters by name, without gradients} The model owns them, and
     * releases those that {@link #mergeAndUnload} replaces.
     */
    public Map<String, NDArray> baseParameters() {
        return baseModel.parameters();
    }

    /** {@return the model as DJL sees it, with {@link #block()}; it is closed with this model} */
    public Model model() {
        return model;
    }

    /** {@return the base model with its adapters as one Block of the parameters that train} */
    public Block block() {
        return block;
    }

    /**
     * Creates a trainer of the active adapters. Outputs of a model with weights of 16 bits are
     * float32 in training, so that losses and their gradients can be computed.
     *
     * <p>Under the collectors of this trainer ({@link Trainer#newGradientCollector}) a step of
     * compound and low-rank adapters costs less than under those of the engine; the gradients are
     * the same. The engine has one collector at a time in a process: a collector waits until those
     * of other threads are closed, five minutes at most, and is refused where its own thread has
     * one open. Closing the trainer closes its collector too.
     *
     * <p>{@link Trainer#step} runs while no pass of the model does, so a prediction of another
     * thread sees the parameters of one step. Code of one's own that changes parameters instead
     * does it in {@link #update}.
     *
     * <p>Trainers that are made otherwise ({@link Model#newTrainer} of {@link #model()}, loops
     * around {@link #block()}) update parameters without this model's knowledge. Beside these a
     * prediction of another thread sees the parameters that the last training pass has found, and
     * those of the last step as soon as the thread that trains predicts or the manager of the
     * passes' {@code ParameterStore} is closed, which closing a trainer does. Copies of the
     * parameters that train are kept for that.
     *
     * @throws IllegalArgumentException if several devices are configured
     * @throws IllegalStateException if there is nothing to train: no adapter is active, all
     *     parameters are frozen, or adapters are merged or disabled
     */
    public Trainer newTrainer(TrainingConfig config) {
        state.requireTrainable();
        Device[] devices = config.getDevices();
        Device own = device();
        if (devices.length != 1 || !devices[0].equals(own)) {
            throw new IllegalArgumentException(
                    "An adapted model trains on the one device it was opened on, %s, not on %s; set it with optDevices, or open the model on another device"
                            .formatted(own, Arrays.toString(devices)));
        }
        return new AdaptedTrainer(model, config, training, state);
    }

    /**
     * Changes parameters of adapters by code of one's own, as an optimizer does in a step, while no
     * pass of the model runs: predictions of other threads see the parameters before or after it.
     * Steps of the trainers of {@link #newTrainer} do so by themselves.
     *
     * @param update changes parameters in place; it waits for no other thread that uses this model
     * @throws IllegalStateException if the model was closed
     */
    public void update(Runnable update) {
        state.update(update);
    }

    /** Creates a predictor; predictors of several threads run at once. */
    public <I, O> Predictor<I, O> newPredictor(Translator<I, O> translator) {
        return model.newPredictor(translator);
    }

    /**
     * Runs the model without gradients. Outputs of a model with weights of 16 bits are float32.
     *
     * @param inputs the inputs in the order of {@link #inputNames()}
     * @return the outputs, owned by the manager of the inputs
     */
    public NDList predict(NDList inputs) {
        return predictions.predict(inputs, shown -> {});
    }

    /**
     * Runs every row of a batch with an adapter of its own, whatever is active, without gradients.
     * All rows go through the base model in one pass, and each adapter acts on the activations of
     * its rows. An adapter that changes something else, such as embeddings, convolutions or layers
     * that do not get the rows of the batch one after another, has a pass of its own in the same
     * call.
     *
     * <p>Batches of several threads run at once, as many as there are processors: each uses a
     * replica of the model's program, which shares the weights. Native Blocks have no replicas, and
     * their batches run one at a time. A batch sees one state of the model, whatever is loaded,
     * replaced or deleted meanwhile.
     *
     * @param inputs the inputs; those whose first axis is as long as that of the first input have
     *     the batch there, others belong to every row
     * @param adapterOfRow the name of an adapter for every row, {@link #BASE} for the base model
     * @return the outputs in the order of the rows, owned by the manager of the inputs. What a row
     *     has at positions that its mask leaves out means nothing: zeros where all rows of its pass
     *     are as short, else numbers, and which rows have a pass in common depends on the adapters
     * @throws IllegalArgumentException if there are not as many names as rows, there is no adapter
     *     of a name, or two adapters give outputs of different shapes, as heads may
     * @throws IllegalStateException while adapters are merged or disabled
     */
    public NDList predict(NDList inputs, List<String> adapterOfRow) {
        return predictions.predictRows(inputs, adapterOfRow);
    }

    /** Returns the base model, without adapters. */
    @Internal
    public BaseModel baseModel() {
        return baseModel;
    }

    /** Returns the adapters, for those who make some of parts: checkpoints and combinations. */
    @Internal
    public AdapterRegistry registry() {
        return registry;
    }

    /** Returns the passes without gradients, with checks of what they see. */
    @Internal
    public Predictions predictions() {
        return predictions;
    }

    /** Returns the training passes in which every row has an adapter of its own. */
    @Internal
    public RowTraining rowTraining() {
        return rowTraining;
    }

    /** Returns the merging of adapters into weights. */
    @Internal
    public Merging merging() {
        return merging;
    }

    private List<String> orActive(String... names) {
        return names.length == 0 ? active() : List.of(names);
    }

    /** Releases the model, its adapters and everything native. */
    @Override
    public void close() {
        state.close();
        model.close();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("AdaptedModel(" + model.getName());
        for (String name : names()) {
            text.append("\n  ").append(adapter(name));
            text.append(active().contains(name) ? ", active" : "");
            text.append(merged().contains(name) ? ", merged" : "");
        }
        return text.append(state.read(AdapterStates::isDisabled) ? "\n  all disabled)" : ")")
                .toString();
    }

    /** A scope in which predictions are those of the base model. */
    public static final class Scope implements AutoCloseable {

        private final AtomicReference<ModelState> state;

        private Scope(ModelState state) {
            this.state = new AtomicReference<>(state);
        }

        /** Ends the scope; predictions are again those of what was active or merged. */
        @Override
        public void close() {
            ModelState disabled = state.getAndSet(null);
            if (disabled != null) {
                disabled.change(AdapterStates::enable);
            }
        }
    }
}
