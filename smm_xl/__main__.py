from smm_xl.commands.main import run

run()
